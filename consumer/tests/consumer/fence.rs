//! A member of the group whose name another one takes.

use std::time::Duration;

use consumer::{Settings, Until};
use platform::kafka::{ClientLog, create_consumer};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::pipeline::Pipeline;

fn named_one(pipeline: &Pipeline) -> Settings {
    Settings {
        group_instance_id: Some("one".to_owned()),
        until: Until::Shutdown,
        ..pipeline.settings(2, 20)
    }
}

/// As after a crash of the broker that forgets who was there last.
#[tokio::test]
async fn a_consumer_that_is_fenced_once_joins_anew_and_goes_on() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(200);
    pipeline.send(&pipeline.sendings(&events[..100])).await;
    let shutdown = CancellationToken::new();
    let run = tokio::spawn(consumer::run(named_one(&pipeline), shutdown.clone()));
    pipeline.loaded_at_least(100).await;

    let (kafka, topic) = (pipeline.kafka.clone(), pipeline.topic.clone());
    let taken = tokio::task::spawn_blocking(move || {
        let intruder: BaseConsumer<ClientLog> =
            create_consumer(&kafka, Some("one"), ClientLog).unwrap();
        intruder.subscribe(&[topic.as_str()]).unwrap();
        while intruder.assignment().unwrap().count() == 0 {
            // It has no offset to begin at, and says so.
            let _ = intruder.poll(Duration::from_millis(100));
        }
    });
    taken.await.unwrap();

    pipeline.send(&pipeline.sendings(&events[100..])).await;
    pipeline.loaded_at_least(200).await;
    shutdown.cancel();
    run.await.unwrap().unwrap();
    pipeline.assert_loaded_once(&events).await;
}

#[tokio::test]
async fn of_two_consumers_with_one_name_one_ends_and_says_why() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(50);
    pipeline.send(&pipeline.sendings(&events)).await;
    let shutdown = CancellationToken::new();
    let one = tokio::spawn(consumer::run(named_one(&pipeline), shutdown.clone()));
    let other = tokio::spawn(consumer::run(named_one(&pipeline), shutdown.clone()));
    let ended = tokio::select! {
        ended = one => ended,
        ended = other => ended,
    };
    let error = ended.unwrap().unwrap_err();
    assert!(error.to_string().contains("--group-instance-id"), "{error}");
    pipeline.loaded_at_least(50).await;
    shutdown.cancel();
}
