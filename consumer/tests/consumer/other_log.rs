//! The log becomes another one while a consumer runs: its topic is made again, has more partitions, or is another
//! cluster's.

use std::time::Duration;

use consumer::{ConsumerError, Settings, Until};
use embedded::{Options, Wanted, own_for_tests};
use rdkafka::admin::{AdminOptions, NewPartitions};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::pipeline::Pipeline;

/// How long a consumer has to notice.
const NOTICED: Duration = Duration::from_mins(2);

/// A consumer that has loaded all of sixty events, and runs.
async fn running(pipeline: &Pipeline) -> JoinHandle<ConsumerError> {
    pipeline
        .send(&pipeline.sendings(&flow::synthetic(60)))
        .await;
    let settings = Settings {
        until: Until::Shutdown,
        ..pipeline.settings(2, 7)
    };
    let run = tokio::spawn(async move {
        consumer::run(settings, CancellationToken::new())
            .await
            .unwrap_err()
    });
    pipeline.loaded_at_least(60).await;
    run
}

async fn noticed(run: JoinHandle<ConsumerError>) -> ConsumerError {
    let ended = tokio::time::timeout(NOTICED, run).await;
    ended.expect("it notices").unwrap()
}

#[tokio::test]
async fn a_topic_that_is_made_again_while_it_is_read_ends_the_consumer_with_what_it_is() {
    let pipeline = Pipeline::new().await;
    let run = running(&pipeline).await;
    pipeline.make_topic_again().await;
    pipeline
        .send(&pipeline.sendings(&flow::synthetic(12)))
        .await;
    let error = noticed(run).await;
    assert!(
        matches!(
            error,
            ConsumerError::OtherLog { .. } | ConsumerError::OtherRecord { .. }
        ),
        "{error}"
    );
    pipeline.warehouse.assert_green().await;
}

#[tokio::test]
async fn partitions_that_are_added_while_it_reads_end_the_consumer_with_the_remedy() {
    let pipeline = Pipeline::new().await;
    let run = running(&pipeline).await;
    let more = NewPartitions::new(pipeline.topic.as_str(), 8);
    let grown = pipeline
        .admin()
        .create_partitions(&[more], &AdminOptions::new())
        .await;
    grown.unwrap();
    let words = noticed(run).await.to_string();
    assert!(
        words.contains("has 8 partitions") && words.contains("with 6 partitions"),
        "{words}"
    );
    pipeline.warehouse.assert_green().await;
}

/// What was loaded from one cluster is known when another one brings it.
#[tokio::test]
async fn another_cluster_s_topic_of_the_same_name_is_read_from_its_beginning_and_doubles_nothing() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(90);
    pipeline.send(&pipeline.sendings(&events[..60])).await;
    pipeline.load(2, 7).await;

    let services = own_for_tests(Options::for_tests(Wanted::KAFKA).unwrap())
        .await
        .unwrap();
    let kafka = services.kafka.as_ref().unwrap();
    let pipeline = pipeline.moved_to(kafka.bootstrap_servers()).await;
    pipeline.send(&pipeline.sendings(&events[30..])).await;
    let summary = pipeline.load(2, 7).await;
    assert_eq!((summary.loaded, summary.duplicates), (30, 30));
    pipeline.assert_gold_of(&events).await;
    services.stop().await.unwrap();
}
