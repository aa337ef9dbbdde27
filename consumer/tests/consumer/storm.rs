//! A rule that refuses too much of a partition holds it, and nothing else, until somebody lets it on.

use std::time::Duration;

use consumer::{ConsumerError, Settings, Until};
use domain::event::AdtEvent;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::line::Line;
use crate::pipeline::{PARTITIONS, Pipeline, Sending, until};
use crate::warehouse::Role;

/// The partition that holds what cannot be read.
const STORMY: i32 = 3;

/// The first record that is one too many: good ones come first.
const ONSET: i64 = 50 + 200;

/// All that it holds cannot be read by anybody.
fn garbage() -> Sending {
    Sending {
        partition: Some(STORMY),
        key: None,
        payload: Some(b"no record".to_vec()),
    }
}

fn good(pipeline: &Pipeline, event: &AdtEvent) -> Sending {
    Sending {
        partition: Some(STORMY),
        ..pipeline.sending(event)
    }
}

/// A pipeline whose partition begins with fifty good events and so much garbage, and has the other events beyond;
/// the first sixty events of all go to the other partitions.
pub(crate) async fn stormy(events: &[AdtEvent], garbage_records: usize) -> Pipeline {
    let pipeline = Pipeline::new().await;
    let (elsewhere, here) = events.split_at(60);
    let others = (0..PARTITIONS).filter(|it| *it != STORMY).cycle();
    let mut sendings: Vec<_> = elsewhere
        .iter()
        .zip(others)
        .map(|(event, partition)| Sending {
            partition: Some(partition),
            ..pipeline.sending(event)
        })
        .collect();
    sendings.extend(here[..50].iter().map(|event| good(&pipeline, event)));
    sendings.extend((0..garbage_records).map(|_| garbage()));
    sendings.extend(here[50..].iter().map(|event| good(&pipeline, event)));
    pipeline.send(&sendings).await;
    pipeline
}

/// What `consumer resume` tells, a JSON object a line, and what it says beside that.
fn resume(pipeline: &Pipeline, arguments: &[&str]) -> (Vec<Value>, String) {
    let mut program = pipeline.command();
    program.args(["resume", "--json"]).args(arguments);
    let output = program.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    let told = String::from_utf8(output.stdout).unwrap();
    let lines = told.lines();
    let lines = lines.map(|line| serde_json::from_str(line).unwrap());
    (lines.collect(), said)
}

async fn next_offset(pipeline: &Pipeline) -> i64 {
    let topic = pipeline.topic.as_str();
    let sql = format!(
        "select coalesce(sum(next_offset), 0)::bigint from ops.kafka_offset \
         where partition = {STORMY} and topic = '{topic}'"
    );
    pipeline.warehouse.count(&sql).await
}

async fn count(pipeline: &Pipeline, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    pipeline.warehouse.count(&sql).await
}

/// Waits until the stormy partition is loaded up to an offset.
async fn loaded_up_to(pipeline: &Pipeline, offset: i64) {
    let is_loaded = async || next_offset(pipeline).await >= offset;
    until(&format!("loaded up to {offset}"), is_loaded).await;
}

fn endless(pipeline: &Pipeline, batch_rows: usize) -> Settings {
    Settings {
        until: Until::Shutdown,
        ..pipeline.settings(2, batch_rows)
    }
}

/// Loads what can be, and returns why it ends.
async fn held(settings: Settings) -> String {
    let ended = consumer::run(settings, CancellationToken::new()).await;
    let error = ended.unwrap_err();
    assert!(matches!(error, ConsumerError::Held { .. }), "{error}");
    error.to_string()
}

/// The partition stands still behind the record that is one too many, and all else is loaded.
async fn assert_held(pipeline: &Pipeline) {
    assert_eq!(next_offset(pipeline).await, ONSET + 1);
    assert_eq!(count(pipeline, "ops.quarantine").await, 201);
    assert_eq!(count(pipeline, "ops.dead_letter").await, 0);
    assert_eq!(count(pipeline, "silver.adt_record").await, 60 + 50);
    pipeline.warehouse.assert_green().await;
}

#[tokio::test]
async fn it_holds_its_partition_alone_over_restarts_until_it_is_let_on() {
    let events = flow::synthetic(160);
    let pipeline = stormy(&events, 400).await;
    for (lanes, batch_rows) in [(2, 5_000), (1, 7)] {
        let words = held(pipeline.settings(lanes, batch_rows)).await;
        for word in [
            &format!("partition {STORMY} of {}", pipeline.topic),
            &format!("offset {ONSET}"),
            "ADT-001 refused 201 of the last 1000",
            "consumer resume",
        ] {
            assert!(words.contains(word), "{words}");
        }
        assert_held(&pipeline).await;
    }

    let (shown, said) = resume(&pipeline, &["--dry-run"]);
    assert_eq!(said.trim(), "1 partition held");
    let storm = &shown[0];
    assert_eq!(
        (&storm["topic"], &storm["partition"], &storm["offset"]),
        (
            &json!(pipeline.topic.as_str()),
            &json!(STORMY),
            &json!(ONSET)
        )
    );
    assert_eq!(
        (&storm["rule"], &storm["refused"], &storm["is_held"]),
        (&json!("ADT-001"), &json!(201), &json!(true))
    );
    for others in [
        ["--rule", "ADT-002"],
        ["--partition", "0"],
        ["--topic", "another"],
    ] {
        let mut program = pipeline.command();
        let output = program.arg("resume").args(others).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
    }
    assert_eq!(resume(&pipeline, &["--rule", "ADT-001"]).0, shown);
    assert_eq!(resume(&pipeline, &[]).0, [] as [Value; 0]);
    let (shown, _) = resume(&pipeline, &["--dry-run", "--rule", "ADT-001"]);
    assert_eq!(shown[0]["is_held"], false, "it is not over");

    // It was accepted: what is left of it does not hold the partition once more.
    let summary = pipeline.load(2, 7).await;
    assert_eq!((summary.loaded, summary.quarantined), (50, 199));
    assert_eq!(count(&pipeline, "ops.quarantine").await, 400);
    let open = "ops.storm where ended_at is null";
    assert_eq!(count(&pipeline, open).await, 1);
    pipeline.assert_gold_of(&events).await;
}

/// With other batches, and commits or answers of commits that are lost.
#[tokio::test]
async fn it_begins_at_the_same_record_however_it_is_come_to() {
    let events = flow::synthetic(160);
    let pipeline = stormy(&events, 300).await;
    let direct = pipeline.warehouse.url(Role::Loader);
    let (line, url) = Line::before(&direct).await;
    let settings = Settings {
        database_url: url,
        ..pipeline.settings(2, 3)
    };
    held(settings.clone()).await;
    assert!(line.has_lost_both(), "{line:?}");
    assert_held(&pipeline).await;
    resume(&pipeline, &[]);
    consumer::run(settings, CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(count(&pipeline, "ops.quarantine").await, 300);
    pipeline.assert_gold_of(&events).await;
}

#[tokio::test]
async fn a_consumer_that_runs_goes_on_when_it_is_let_on_and_the_next_storm_holds_it_again() {
    let events = flow::synthetic(160);
    let pipeline = stormy(&events, 300).await;
    let shutdown = CancellationToken::new();
    let run = tokio::spawn(consumer::run(endless(&pipeline, 100), shutdown.clone()));
    loaded_up_to(&pipeline, ONSET + 1).await;
    resume(&pipeline, &[]);
    loaded_up_to(&pipeline, 400).await;

    // A thousand records that are fine end it; they are known already.
    let fine: Vec<_> = events.iter().cycle().take(1_000).collect();
    let mut sendings: Vec<_> = fine.into_iter().map(|it| good(&pipeline, it)).collect();
    sendings.extend((0..250).map(|_| garbage()));
    pipeline.send(&sendings).await;
    loaded_up_to(&pipeline, 1_400 + 201).await;
    let storms = "ops.storm where accepted_at is null or ended_at is not null";
    assert_eq!(count(&pipeline, storms).await, 2);
    resume(&pipeline, &[]);
    loaded_up_to(&pipeline, 1_650).await;
    shutdown.cancel();
    run.await.unwrap().unwrap();
    assert_eq!(count(&pipeline, "ops.quarantine").await, 550);
    pipeline.assert_gold_of(&events).await;
}

#[tokio::test]
async fn whoever_takes_the_partition_over_holds_it_too() {
    let events = flow::synthetic(160);
    let pipeline = stormy(&events, 300).await;
    let first = CancellationToken::new();
    let run = tokio::spawn(consumer::run(endless(&pipeline, 7), first.clone()));
    loaded_up_to(&pipeline, ONSET + 1).await;
    let second = CancellationToken::new();
    let other = tokio::spawn(consumer::run(endless(&pipeline, 7), second.clone()));
    tokio::time::sleep(Duration::from_secs(2)).await;
    first.cancel();
    run.await.unwrap().unwrap();
    // Until it has them all, as what comes to another partition tells.
    let elsewhere: Vec<_> = (0..PARTITIONS)
        .filter(|it| *it != STORMY)
        .map(|partition| Sending {
            partition: Some(partition),
            ..pipeline.sending(&events[0])
        })
        .collect();
    pipeline.send(&elsewhere).await;
    until("the others are its own", async || {
        count(&pipeline, "ops.duplicate").await == 5
    })
    .await;
    assert_eq!(next_offset(&pipeline).await, ONSET + 1);
    resume(&pipeline, &[]);
    loaded_up_to(&pipeline, 400).await;
    second.cancel();
    other.await.unwrap().unwrap();
    pipeline.assert_gold_of(&events).await;
}

/// What retention removes meanwhile is nobody's before it is let on.
#[tokio::test]
async fn a_partition_that_is_held_for_too_long_stops_no_other() {
    let events = flow::synthetic(160);
    let pipeline = stormy(&events, 300).await;
    held(pipeline.settings(2, 50)).await;
    pipeline.remove_records_before(STORMY, ONSET + 50).await;
    let elsewhere = Sending {
        partition: Some(STORMY + 1),
        ..pipeline.sending(&events[0])
    };
    pipeline.send(&[elsewhere]).await;
    held(pipeline.settings(2, 50)).await;
    assert_eq!(count(&pipeline, "ops.duplicate").await, 1);

    resume(&pipeline, &[]);
    let ended = consumer::run(pipeline.settings(2, 50), CancellationToken::new()).await;
    let error = ended.unwrap_err().to_string();
    assert!(error.contains("49 records were removed"), "{error}");
}
