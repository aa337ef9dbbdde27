//! What a run that starts again sends, with a real broker.

use std::time::Duration;

use domain::event::AdtEvent;
use generators::command::faults::FaultsArgs;
use generators::command::scenario::{FlowArgs, ScenarioArgs};
use generators::scale::Scale;
use platform::kafka::{ClientLog, Cluster};
use producer::destination::Destination;
use producer::progress::Progress;
use producer::resumption::Resume;
use producer::sender::SendError;
use producer::simulated::{RunArgs, RunError, run};
use producer::speed::Speed;
use producer::transmission::{Transmission, transmit};
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::config::ClientConfig;
use tokio_util::sync::CancellationToken;

use crate::topic::{count, destination, records};
use crate::whole::assert_whole;

pub(crate) fn args(destination: &Destination, events: u64, seed: u64, resume: Resume) -> RunArgs {
    RunArgs {
        stay: false,
        flow: synthetic(seed, events),
        speed: Speed::Max,
        resume,
        destination: destination.clone(),
    }
}

/// So many events of a seed, with the quick scale and the default network.
pub(crate) fn synthetic(seed: u64, events: u64) -> FlowArgs {
    let scenario = ScenarioArgs {
        seed,
        start: "2026-03-02".parse().unwrap(),
        scale: Scale::Quick,
        network: None,
        incidents: None,
        people: None,
        patients: None,
    };
    FlowArgs {
        scenario,
        surge: false,
        faults: FaultsArgs::default(),
        truth: None,
        days: 9,
        events: Some(events),
    }
}

pub(crate) async fn try_run(args: &RunArgs) -> Result<Transmission, RunError> {
    let shutdown = CancellationToken::new();
    run(args, &mut Progress::silent(), &shutdown).await
}

/// Runs; tells how many events were there and how many were sent.
pub(crate) async fn run_once(args: &RunArgs) -> (u64, u64) {
    let done = try_run(args).await.unwrap();
    assert!(!done.was_interrupted && done.unacknowledged == 0);
    (done.already_there, done.events)
}

/// A client for what only an administrator does.
pub(crate) fn admin(destination: &Destination) -> AdminClient<ClientLog> {
    ClientConfig::new()
        .set("bootstrap.servers", &destination.kafka.bootstrap_servers)
        .create_with_context(ClientLog)
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_flow_goes_on_where_the_shorter_one_ended() {
    let destination = destination().await;
    let run_of = async |events| run_once(&args(&destination, events, 42, Resume::Strictly)).await;
    assert_eq!(run_of(1_000).await, (0, 1_000));
    assert_eq!(run_of(2_000).await, (1_000, 1_000));
    // All of a shorter one is there.
    assert_eq!(run_of(1_500).await, (1_500, 0));
    assert_eq!(run_of(2_000).await, (2_000, 0));
    let doubles = assert_whole(&records(&destination).await, 2_000);
    assert_eq!(doubles.records(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn to_a_topic_that_was_made_again_all_is_sent() {
    let destination = destination().await;
    let args = args(&destination, 500, 42, Resume::Strictly);
    assert_eq!(run_once(&args).await, (0, 500));
    let topic = destination.topic();
    let deleted = admin(&destination)
        .delete_topics(&[topic.as_str()], &AdminOptions::new())
        .await
        .unwrap();
    assert!(deleted.iter().all(Result::is_ok));
    let cluster = Cluster::connect(&destination.kafka).unwrap();
    while cluster.partition_count(&topic).await.unwrap().is_some() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(run_once(&args).await, (0, 500));
    assert_eq!(count(&destination).await, 500);
}

fn event(patient: &str, recorded_at: &str) -> AdtEvent {
    AdtEvent {
        hospital_code: Some("H".to_owned()),
        patient_id: Some(patient.to_owned()),
        recorded_at: Some(recorded_at.to_owned()),
        ..AdtEvent::default()
    }
}

async fn send(
    events: Vec<AdtEvent>,
    destination: &Destination,
    speed: Speed,
) -> Result<Transmission, SendError> {
    let shutdown = CancellationToken::new();
    let connection = destination
        .open("own".to_owned(), Resume::Strictly, &shutdown)
        .await
        .unwrap();
    let progress = &mut Progress::silent();
    transmit(events.into_iter(), connection, speed, progress, &shutdown).await
}

#[tokio::test(flavor = "multi_thread")]
async fn simulated_time_stands_still_while_nobody_sends() {
    let destination = destination().await;
    let events = vec![
        event("1", "2026-03-02T08:00:00Z"),
        event("2", "2026-03-02T20:00:00Z"),
        event("3", "2026-03-02T20:00:00Z"),
    ];
    send(events[..1].to_vec(), &destination, Speed::Max)
        .await
        .unwrap();
    // In real time, and the second event is half a day after the first.
    let sent = send(events, &destination, Speed::Times(1.0));
    let sent = tokio::time::timeout(Duration::from_mins(2), sent).await;
    let sent = sent
        .expect("the pace starts with the first that is sent")
        .unwrap();
    assert_eq!((sent.already_there, sent.events), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_flow_of_the_same_name_is_refused() {
    let destination = destination().await;
    let now = "2026-03-02T08:00:00Z";
    let events: Vec<_> = (0..50).map(|it| event(&it.to_string(), now)).collect();
    send(events.clone(), &destination, Speed::Max)
        .await
        .unwrap();
    let others = events.into_iter().rev().collect();
    let error = send(others, &destination, Speed::Max).await.unwrap_err();
    assert!(matches!(error, SendError::Differs(_)), "{error}");
    assert_eq!(count(&destination).await, 50);
}
