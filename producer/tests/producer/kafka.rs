//! What arrives in Kafka, with a real broker and a real registry.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use domain::event::AdtEvent;
use domain::pseudonym::PseudonymKey;
use platform::codec::AdtDecoder;
use platform::kafka::Cluster;
use platform::registry::Registry;
use producer::destination::Destination;
use producer::mimic::Extract;
use producer::progress::Progress;
use producer::replay::{Format, Replay, ReplayArgs, replay};
use producer::resumption::Resume;
use producer::simulated::{RunArgs, run};
use producer::speed::Speed;
use tokio_util::sync::CancellationToken;

use crate::folder::Folder;
use crate::real_extract::demo;
use crate::resuming::synthetic;
use crate::topic::{Record, destination, records};

fn replay_args(folder: &std::path::Path, destination: &Destination) -> ReplayArgs {
    ReplayArgs {
        format: Format::Mimic,
        dir: folder.to_owned(),
        speed: Speed::Max,
        strict: false,
        resume: Resume::Never,
        destination: destination.clone(),
    }
}

async fn replay_once(args: &ReplayArgs) -> Replay {
    let shutdown = CancellationToken::new();
    let done = replay(args, &mut Progress::silent(), &shutdown)
        .await
        .unwrap();
    assert!(!done.transmission.was_interrupted);
    assert_eq!(done.transmission.unacknowledged, 0);
    done
}

/// The events of the records by their number in the flow, which each has once.
async fn decode(destination: &Destination, records: &BTreeMap<i32, Vec<Record>>) -> Vec<AdtEvent> {
    let registry = Registry::new(&destination.registry).unwrap();
    let decoder = AdtDecoder::new(registry, PseudonymKey::new(&[7; 32]).unwrap());
    let mut events = BTreeMap::new();
    for record in records.values().flatten() {
        let decoded = decoder.decode(&record.payload).await.unwrap();
        assert_eq!(decoded.event.key(), record.key);
        assert_eq!(events.insert(record.ordinal, decoded.event), None);
    }
    assert!(events.keys().copied().eq(0..events.len() as u64));
    events.into_values().collect()
}

/// A patient's events lie in one partition, in the order of the flow.
fn check_order(records: &BTreeMap<i32, Vec<Record>>) {
    let mut partition_of: HashMap<_, i32> = HashMap::new();
    for (partition, records) in records {
        assert!(records.iter().map(|record| record.ordinal).is_sorted());
        for record in records {
            assert_eq!(
                partition_of.entry(&record.key).or_insert(*partition),
                partition
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_replay_sends_the_same_bytes() {
    let folder = Folder::new();
    let destination = destination().await;
    let args = replay_args(folder.path(), &destination);
    let first = replay_once(&args).await;
    assert_eq!(first.transmission.events, 8);
    let counts: Vec<_> = first
        .transmission
        .events_by_type
        .values()
        .copied()
        .collect();
    assert_eq!(counts, [2, 2, 2, 2]);
    let once = records(&destination).await;
    check_order(&once);
    assert_eq!(decode(&destination, &once).await, folder.events());
    let runs: BTreeSet<_> = once.values().flatten().map(|record| &record.run).collect();
    assert_eq!(runs, BTreeSet::from([&first.transmission.run]));
    assert!(first.transmission.run.starts_with("mimic:"));

    let second = replay_once(&args).await;
    assert_eq!(second.transmission, first.transmission);
    for (partition, records) in records(&destination).await {
        let (earlier, later) = records.split_at(records.len() / 2);
        assert_eq!(earlier, later);
        assert_eq!(earlier, once[&partition]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_extract_arrives_whole() {
    let Some(dir) = demo() else { return };
    let destination = destination().await;
    let done = replay_once(&replay_args(&dir, &destination)).await;
    assert_eq!(done.transmission.events, 550);
    assert!(done.refused_rows.is_empty());
    let records = records(&destination).await;
    check_order(&records);
    let expected: Vec<AdtEvent> = Extract::read(&dir).unwrap().events().collect();
    assert_eq!(decode(&destination, &records).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synthetic_flow_arrives_whole() {
    let destination = destination().await;
    let args = RunArgs {
        stay: false,
        flow: synthetic(42, 5_000),
        speed: Speed::Max,
        resume: Resume::Strictly,
        destination: destination.clone(),
    };
    let shutdown = CancellationToken::new();
    let done = run(&args, &mut Progress::silent(), &shutdown)
        .await
        .unwrap();
    assert_eq!((done.events, done.unacknowledged), (5_000, 0));
    assert!(
        done.run
            .starts_with("flow:seed=42:start=2026-03-02:scenario=")
    );
    let records = records(&destination).await;
    check_order(&records);
    let times: Vec<_> = decode(&destination, &records).await;
    assert!(times.iter().map(|event| &event.occurred_at).is_sorted());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_end_stops_a_slow_replay_and_counts_what_was_sent() {
    let folder = Folder::new();
    let destination = destination().await;
    // Real time: the two admissions are due at once, the next event eleven hours later.
    let args = ReplayArgs {
        speed: Speed::Times(1.0),
        ..replay_args(folder.path(), &destination)
    };
    let shutdown = CancellationToken::new();
    let ending = shutdown.clone();
    let cluster = Cluster::connect(&destination.kafka).unwrap();
    let topic = destination.topic();
    tokio::spawn(async move {
        loop {
            let watermarks = cluster.watermarks(&topic).await.unwrap_or_default();
            if watermarks.iter().map(|found| found.high).sum::<i64>() == 2 {
                return ending.cancel();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let done = replay(&args, &mut Progress::silent(), &shutdown)
        .await
        .unwrap();
    let sent = done.transmission;
    assert!(sent.was_interrupted);
    assert_eq!((sent.events, sent.unacknowledged), (2, 0));
    assert_eq!(sent.events_by_type, BTreeMap::from([("A01".to_owned(), 2)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_of_another_width_is_refused() {
    let folder = Folder::new();
    let destination = destination().await;
    replay_once(&replay_args(folder.path(), &destination)).await;
    let other = Destination {
        partitions: 4,
        ..destination
    };
    let args = replay_args(folder.path(), &other);
    let shutdown = CancellationToken::new();
    let error = replay(&args, &mut Progress::silent(), &shutdown)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("3 partitions and 4 are expected"),
        "{error}"
    );
}
