//! Topics that do not end with the run that is to be sent.

use std::time::Duration;

use platform::kafka::{ClientLog, Cluster};
use producer::destination::{Destination, DestinationError};
use producer::resumption::{Resume, TailProblem, TailRefused};
use producer::simulated::RunError;
use rdkafka::admin::AdminOptions;
use rdkafka::config::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{Offset, TopicPartitionList};

use crate::resuming::{admin, args, run_once, try_run};
use crate::topic::{count, destination, records};
use crate::whole::assert_whole;

const TIMEOUT: Duration = Duration::from_secs(30);

/// What a run of 100 events is refused with; nothing is sent.
async fn refusal(destination: &Destination, seed: u64) -> TailRefused {
    let before = count(destination).await;
    let error = try_run(&args(destination, 100, seed, Resume::Strictly)).await;
    assert_eq!(count(destination).await, before);
    match error.unwrap_err() {
        RunError::Destination(DestinationError::Tail(refused)) => {
            assert_eq!(refused.topic, destination.topic());
            refused
        }
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tail_of_another_run_is_refused_and_may_be_followed() {
    let destination = destination().await;
    let strictly = |seed| args(&destination, 100, seed, Resume::Strictly);
    let appending = |seed| args(&destination, 100, seed, Resume::OrAppend);
    assert_eq!(run_once(&strictly(42)).await, (0, 100));
    let refused = refusal(&destination, 43).await;
    assert!(matches!(refused.problem, TailProblem::OtherRun { .. }));
    assert_eq!(run_once(&appending(43)).await, (0, 100));
    // What was appended is resumed too.
    assert_eq!(run_once(&appending(43)).await, (100, 0));
    refusal(&destination, 42).await;
    assert_eq!(run_once(&appending(42)).await, (0, 100));
    assert_eq!(count(&destination).await, 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_that_is_gone_is_refused() {
    let destination = destination().await;
    assert_eq!(
        run_once(&args(&destination, 100, 42, Resume::Strictly)).await,
        (0, 100)
    );
    let cluster = Cluster::connect(&destination.kafka).unwrap();
    let watermarks = cluster.watermarks(&destination.topic()).await.unwrap();
    let mut gone = TopicPartitionList::new();
    // Of one partition; the others are as they were.
    gone.add_partition_offset(destination.topic().as_str(), 1, Offset::End)
        .unwrap();
    admin(&destination)
        .delete_records(&gone, &AdminOptions::new())
        .await
        .unwrap();
    let refused = refusal(&destination, 42).await;
    assert_eq!(refused.partition, 1);
    let next = watermarks[1].high;
    assert_eq!(refused.problem, TailProblem::Lost { next });

    let in_partition_1 = u64::try_from(next).unwrap();
    let appended = run_once(&args(&destination, 100, 42, Resume::OrAppend)).await;
    assert_eq!(appended, (100 - in_partition_1, in_partition_1));
    let doubles = assert_whole(&records(&destination).await, 100);
    assert_eq!(doubles.records(), 0);
}

fn client(destination: &Destination, settings: &[(&str, &str)]) -> BaseProducer<ClientLog> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &destination.kafka.bootstrap_servers);
    for (name, value) in settings {
        config.set(*name, *value);
    }
    config.create_with_context(ClientLog).unwrap()
}

/// Sends a record as another program would.
fn send_unnamed(client: &BaseProducer<ClientLog>, destination: &Destination, partition: i32) {
    let topic = destination.topic();
    let record = BaseRecord::<[u8], [u8]>::to(topic.as_str())
        .partition(partition)
        .payload(b"other");
    client.send(record).map_err(|(error, _)| error).unwrap();
    client.flush(TIMEOUT).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_without_our_headers_is_refused_and_may_be_followed() {
    let destination = destination().await;
    run_once(&args(&destination, 100, 42, Resume::Strictly)).await;
    send_unnamed(&client(&destination, &[]), &destination, 2);
    let refused = refusal(&destination, 42).await;
    assert_eq!(refused.partition, 2);
    assert!(matches!(refused.problem, TailProblem::Unnamed { .. }));
    let (there, sent) = run_once(&args(&destination, 100, 42, Resume::OrAppend)).await;
    assert!(there + sent == 100 && there > 0 && sent > 0);
    assert_eq!(
        run_once(&args(&destination, 100, 42, Resume::Strictly)).await,
        (100, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_transaction_took_back_is_not_the_tail() {
    let destination = destination().await;
    run_once(&args(&destination, 100, 42, Resume::Strictly)).await;
    let id = destination.topic().to_string();
    let client = client(&destination, &[("transactional.id", &id)]);
    client.init_transactions(TIMEOUT).unwrap();
    for _ in 0..3 {
        client.begin_transaction().unwrap();
        for partition in 0..3 {
            send_unnamed(&client, &destination, partition);
        }
        client.abort_transaction(TIMEOUT).unwrap();
    }
    assert!(count(&destination).await > 100);
    assert_eq!(
        run_once(&args(&destination, 150, 42, Resume::Strictly)).await,
        (100, 50)
    );
}
