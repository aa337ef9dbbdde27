//! A record that only the database refuses: it comes to quarantine alone, and what came with it is loaded.

use std::process::Output;

use consumer::{Settings, Until};
use domain::event::AdtEvent;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::pipeline::{Pipeline, Sending, until};

const GUARD: &str = "nobody_knows";
const SILVER: &str = "silver.adt_record";

/// A guard that somebody added to a table.
async fn guarded(pipeline: &Pipeline, table: &str, check: &str) {
    let add = format!("alter table {table} add constraint {GUARD} check ({check})");
    alter(pipeline, &add).await;
}

async fn unguarded(pipeline: &Pipeline, table: &str) {
    let drop = format!("alter table {table} drop constraint {GUARD}");
    alter(pipeline, &drop).await;
}

async fn alter(pipeline: &Pipeline, sql: &str) {
    let superuser = pipeline.warehouse.superuser().await;
    superuser.batch_execute(sql).await.unwrap();
}

fn run(pipeline: &Pipeline, arguments: &[&str]) -> Output {
    let output = pipeline.command().args(arguments).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    output
}

/// The letters that are open.
fn letters(pipeline: &Pipeline) -> Vec<Value> {
    let told = run(pipeline, &["dead-letters", "list", "--json"]).stdout;
    let told = String::from_utf8(told).unwrap();
    let letters = told.lines().map(|line| serde_json::from_str(line).unwrap());
    letters.collect()
}

fn ids<'e>(events: impl IntoIterator<Item = &'e AdtEvent>) -> String {
    let ids = events.into_iter().map(|event| {
        let id = event.event_id.as_deref().unwrap();
        format!("'{id}'")
    });
    ids.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn it_comes_to_quarantine_alone_and_is_loaded_once_the_guard_is_gone() {
    let events = flow::synthetic(300);
    // Two neighbours, the last one, and one by itself.
    let refused = [40, 41, 170, 299];
    for (lanes, batch_rows) in [(1, 5_000), (2, 64)] {
        let pipeline = Pipeline::new().await;
        let names = ids(refused.map(|number| &events[number]));
        guarded(&pipeline, SILVER, &format!("event_id not in ({names})")).await;
        pipeline.send(&pipeline.sendings(&events)).await;
        let summary = pipeline.load(lanes, batch_rows).await;
        assert_eq!((summary.loaded, summary.quarantined), (296, 4));
        pipeline.warehouse.assert_green().await;
        let letters = letters(&pipeline);
        assert_eq!(letters.len(), refused.len());
        for letter in &letters {
            assert_eq!(letter["rule"], "WHS-001");
            let reason = letter["reason"].as_str().unwrap();
            assert_eq!(
                reason,
                "the database refused to write silver: SQLSTATE 23514 in silver.adt_record, constraint nobody_knows"
            );
        }

        unguarded(&pipeline, SILVER).await;
        run(&pipeline, &["dead-letters", "redrive", "--all"]);
        let again = pipeline.load(lanes, batch_rows).await;
        assert_eq!((again.loaded, again.quarantined), (4, 0));
        pipeline.assert_gold_of(&events).await;
    }
}

#[tokio::test]
async fn what_is_refused_does_not_hang_on_what_comes_at_once() {
    let events = flow::synthetic(300);
    // A second stay is refused for what the first one said, so each record has to be seen behind those before it.
    let mut outcomes = Vec::new();
    for batch_rows in [1, 5_000] {
        let pipeline = Pipeline::new().await;
        guarded(&pipeline, "gold.fact_location_stay", "stay_number < 2").await;
        pipeline.send(&pipeline.sendings(&events)).await;
        let summary = pipeline.load(1, batch_rows).await;
        assert_eq!(summary.loaded + summary.quarantined, 300);
        let of_one = pipeline.warehouse.superuser().await;
        let refused = "select partition, kafka_offset from ops.quarantine where rule = 'WHS-001' order by 1, 2";
        let refused = of_one.query(refused, &[]).await.unwrap();
        let refused = refused
            .iter()
            .map(|row| (row.get::<_, i32>(0), row.get::<_, i64>(1)));
        outcomes.push(refused.collect::<Vec<_>>());
        pipeline.warehouse.assert_green().await;
    }
    assert!(!outcomes[0].is_empty());
    assert_eq!(outcomes[0], outcomes[1]);
}

#[tokio::test]
async fn a_guard_that_refuses_everything_holds_the_partition_until_it_is_gone() {
    const PARTITION: i32 = 2;
    let events = flow::synthetic(260);
    let pipeline = Pipeline::new().await;
    guarded(&pipeline, SILVER, "false").await;
    let sendings = events.iter().map(|event| Sending {
        partition: Some(PARTITION),
        ..pipeline.sending(event)
    });
    pipeline.send(&sendings.collect::<Vec<_>>()).await;
    let shutdown = CancellationToken::new();
    let settings = Settings {
        until: Until::Shutdown,
        ..pipeline.settings(1, 5_000)
    };
    let running = tokio::spawn(consumer::run(settings, shutdown.clone()));
    let held = "select count(*) from ops.storm where rule = 'WHS-001' and refused = 201";
    let count = async |sql| pipeline.warehouse.count(sql).await;
    until("held", async || count(held).await == 1).await;
    let quarantined = "select count(*) from ops.quarantine where rule = 'WHS-001'";
    assert_eq!(count(quarantined).await, 201);

    // The one that runs goes on, and asks the database anew.
    unguarded(&pipeline, SILVER).await;
    run(&pipeline, &["resume"]);
    let loaded = "select count(*) from silver.adt_record";
    until("loaded", async || count(loaded).await == 59).await;
    shutdown.cancel();
    running.await.unwrap().unwrap();
    assert_eq!(count(quarantined).await, 201);
    pipeline.warehouse.assert_green().await;
}

#[tokio::test]
async fn a_guard_of_bronze_ends_the_consumer_and_blames_no_record() {
    let pipeline = Pipeline::new().await;
    guarded(&pipeline, "bronze.kafka_record", "kafka_offset < 3").await;
    pipeline
        .send(&pipeline.sendings(&flow::synthetic(60)))
        .await;
    let ended = consumer::run(pipeline.settings(1, 5_000), CancellationToken::new()).await;
    let complaint = ended.unwrap_err().to_string();
    assert!(
        complaint.contains("write bronze: SQLSTATE 23514"),
        "{complaint}"
    );
    let quarantined = "select count(*) from ops.quarantine";
    assert_eq!(pipeline.warehouse.count(quarantined).await, 0);
}
