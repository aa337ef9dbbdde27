//! What a consumer loaded, garbage included, read again from bronze.

use database::rebuild::{Rebuilt, from_bronze};
use domain::department_event::DepartmentEvent;
use domain::staff_event::StaffEvent;
use platform::kafka::Topic;
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::garbage::{CANARY, unusable};
use crate::pipeline::{Pipeline, key};
use crate::statement::{Statements, department, replacement};
use crate::unreadable::unreadable;
use crate::warehouse::Role;

/// Events with garbage of every kind among them, some of them twice; staff and departments, with garbage; letters that
/// were sent again, and are not wanted.
pub(crate) async fn loaded() -> Pipeline {
    let pipeline = Pipeline::new().await;
    let events = pipeline.sendings(&flow::synthetic(200));
    let mut sendings = events.clone();
    sendings.extend_from_slice(&events[50..90]);
    let mut garbage = unreadable(&pipeline).await;
    garbage.extend(unusable(&pipeline));
    for (garbage, place) in garbage.iter().zip((0..).step_by(4)) {
        sendings.insert(place, garbage.sending.clone());
    }
    pipeline.send(&sendings).await;
    let staff = Statements::<StaffEvent>::new(&pipeline, Topic::Staff).await;
    staff.send(&[replacement(), replacement()].concat()).await;
    staff.send_payload(CANARY.as_bytes()).await;
    let departments = Statements::<DepartmentEvent>::new(&pipeline, Topic::Departments).await;
    let stated = department(1, "MED", "2026-03-01T00:00:00Z");
    departments.send(&[stated.clone(), stated]).await;
    departments.send_payload(b"").await;
    let summary = pipeline.load(2, 7).await;
    let refused = garbage.len() as u64 + 2;
    assert_eq!((summary.loaded, summary.duplicates), (204, 44));
    assert_eq!(summary.quarantined, refused);

    letters(&pipeline, &["redrive", "--rule", "ADT-004"]);
    letters(&pipeline, &["redrive", "--rule", "STA-001"]);
    letters(&pipeline, &["discard", "--rule", "ADT-007"]);
    assert_eq!(pipeline.load(2, 7).await.quarantined, 2);
    pipeline.warehouse.assert_green().await;
    pipeline
}

fn letters(pipeline: &Pipeline, arguments: &[&str]) {
    let mut program = pipeline.command();
    let output = program.arg("dead-letters").args(arguments).output();
    let output = output.unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
}

pub(crate) async fn rebuild(pipeline: &Pipeline) -> Rebuilt {
    let mut owner = pipeline.warehouse.client(Role::Owner).await;
    let token = CancellationToken::new();
    let rebuilt = from_bronze(&mut owner, &key(), &token, |_| {}).await;
    rebuilt.unwrap().unwrap()
}

#[tokio::test]
async fn what_a_consumer_loaded_is_what_bronze_says() {
    let pipeline = loaded().await;
    let digest = pipeline.warehouse.digest().await;
    let records = pipeline
        .warehouse
        .count("select count(*) from bronze.kafka_record")
        .await;
    let rebuilt = rebuild(&pipeline).await;
    assert!(rebuilt.is_same(), "{rebuilt:#?}");
    assert_eq!(rebuilt.records.cast_signed(), records);
    assert_eq!(pipeline.warehouse.digest().await, digest);
    pipeline.warehouse.assert_green().await;
}

#[tokio::test]
async fn silver_and_gold_that_were_emptied_are_what_they_were_and_loading_goes_on() {
    let pipeline = loaded().await;
    let digest = pipeline.warehouse.digest().await;
    let superuser = pipeline.warehouse.superuser().await;
    superuser
        .batch_execute(
            "delete from silver.adt_record;
            delete from silver.staff_statement;
            truncate silver.finding, gold.dim_patient, gold.fact_admission, gold.fact_location_stay, vault.patient",
        )
        .await
        .unwrap();
    assert!(!rebuild(&pipeline).await.is_same());
    assert_eq!(pipeline.warehouse.digest().await, digest);
    pipeline.warehouse.assert_green().await;

    // All that is new is loaded, and what comes again is a duplicate.
    let events = flow::synthetic(260);
    pipeline.send(&pipeline.sendings(&events[150..])).await;
    let summary = pipeline.load(2, 7).await;
    assert_eq!((summary.loaded, summary.duplicates), (60, 50));
    pipeline.warehouse.assert_green().await;
    let rebuilt = rebuild(&pipeline).await;
    assert!(rebuilt.is_same(), "{rebuilt:#?}");
}
