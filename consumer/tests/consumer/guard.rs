//! A record that only the database refuses: it comes to quarantine alone, and what came with it is loaded.

use std::process::Output;

use consumer::ConsumerError;
use domain::event::AdtEvent;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::pipeline::{Pipeline, Sending};

const GUARD: &str = "nobody_knows";

/// A guard that somebody added to silver.
async fn guarded(pipeline: &Pipeline, check: &str) {
    let add = format!("alter table silver.adt_record add constraint {GUARD} check ({check})");
    alter(pipeline, &add).await;
}

async fn unguarded(pipeline: &Pipeline) {
    let drop = format!("alter table silver.adt_record drop constraint {GUARD}");
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
        guarded(&pipeline, &format!("event_id not in ({names})")).await;
        pipeline.send(&pipeline.sendings(&events)).await;
        let summary = pipeline.load(lanes, batch_rows).await;
        assert_eq!((summary.loaded, summary.quarantined), (296, 4));
        pipeline.warehouse.assert_green().await;
        let letters = letters(&pipeline);
        assert_eq!(letters.len(), refused.len());
        for letter in &letters {
            assert_eq!(letter["rule"], "ADT-023");
            let reason = letter["reason"].as_str().unwrap();
            assert_eq!(
                reason,
                "the database refused to write silver: SQLSTATE 23514 in silver.adt_record, constraint nobody_knows"
            );
        }

        unguarded(&pipeline).await;
        run(&pipeline, &["dead-letters", "redrive", "--all"]);
        let again = pipeline.load(lanes, batch_rows).await;
        assert_eq!((again.loaded, again.quarantined), (4, 0));
        pipeline.assert_gold_of(&events).await;
    }
}

#[tokio::test]
async fn a_guard_that_refuses_everything_holds_the_partition() {
    const PARTITION: i32 = 2;
    let events = flow::synthetic(260);
    let pipeline = Pipeline::new().await;
    guarded(&pipeline, "false").await;
    let sendings = events.iter().map(|event| Sending {
        partition: Some(PARTITION),
        ..pipeline.sending(event)
    });
    pipeline.send(&sendings.collect::<Vec<_>>()).await;
    let ended = consumer::run(pipeline.settings(1, 100), CancellationToken::new()).await;
    let error = ended.unwrap_err();
    assert!(matches!(error, ConsumerError::Held { .. }), "{error}");
    assert!(error.to_string().contains("ADT-023 refused 201"), "{error}");
    let quarantined = "select count(*) from ops.quarantine where rule = 'ADT-023'";
    assert_eq!(pipeline.warehouse.count(quarantined).await, 201);

    unguarded(&pipeline).await;
    run(&pipeline, &["resume"]);
    let summary = pipeline.load(1, 100).await;
    assert_eq!((summary.loaded, summary.quarantined), (59, 0));
    pipeline.warehouse.assert_green().await;
}
