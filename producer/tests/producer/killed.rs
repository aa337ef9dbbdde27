//! `producer run` as a process that is killed or stopped, and started again.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use platform::kafka::Cluster;
use producer::destination::Destination;
use proptest::test_runner::Config;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::dirty::{assert_as_told, faults_file, truths};
use crate::random::Random;
use crate::topic::{count, count_by, destination, records};
use crate::whole::assert_whole;

/// What librdkafka has on its way to a broker at most: five requests of a batch each (`batch.size`).
const IN_FLIGHT_BYTES_MAX: usize = 5 * 1_000_000;

/// Kills in the ordinary test, or those where property tests have more cases than by themselves.
fn kills(ordinary: u64) -> u64 {
    if Config::default().cases > 256 {
        30
    } else {
        ordinary
    }
}

pub(crate) fn producer(destination: &Destination, events: u64, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_producer"));
    command
        .args(["run", "--partitions=3", "--events", &events.to_string()])
        .args(more)
        .env(
            "KAFKA_BOOTSTRAP_SERVERS",
            &destination.kafka.bootstrap_servers,
        )
        .env("KAFKA_TOPIC_PREFIX", &destination.kafka.topic_prefix)
        .env("SCHEMA_REGISTRY_URL", &destination.registry.url)
        .env_remove("DATABASE_URL")
        .env_remove("SIMULATION_SCALE")
        .env_remove("SIMULATION_SEED")
        .env_remove("SIMULATION_START")
        .env_remove("SIMULATION_SPEED")
        .env_remove("SIMULATION_FAULTS")
        .env_remove("RUST_LOG")
        .env_remove("LOG_FORMAT")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The network file of the small hospital, of which some hundred events show everything.
pub(crate) fn small_network() -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("small-network.toml");
    std::fs::write(&path, generators::trial::network_toml()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Waits until the topic has so many records, or the process has ended.
async fn await_count(child: &mut Child, destination: &Destination, records: u64) {
    let cluster = Cluster::connect(&destination.kafka).unwrap();
    while child.try_wait().unwrap().is_none()
        && count_by(&cluster, &destination.topic()).await < records
    {
        tokio::task::yield_now().await;
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The result of a process that was asked for JSON.
pub(crate) fn result(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)))
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_it_leaves_no_gap() {
    let kills = kills(5);
    kill_again_and_again(&destination().await, kills, &[]).await;
}

/// The same with events that are damaged, that have no key, that come twice, late and out of order.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_sends_faults_it_leaves_no_gap_either() {
    let kills = kills(2);
    let destination = destination().await;
    let folder = TempDir::new().unwrap();
    let faults = faults_file(folder.path(), 1.0);
    let truth = folder.path().join("ground_truth.csv");
    let (faults, truth) = (faults.to_str().unwrap(), truth.to_str().unwrap());
    let more = ["--faults", faults, "--truth", truth];
    kill_again_and_again(&destination, kills, &more).await;
    let told = truths(truth.as_ref());
    assert!(told.len() > 10_000, "{}", told.len());
    assert_as_told(&records(&destination).await, &told);
}

async fn kill_again_and_again(destination: &Destination, kills: u64, more: &[&str]) {
    let events = (10_000 * (kills + 1)).max(120_000);
    let mut random = Random(20_260_302);
    let mut kills_while_sending = 0;
    for _ in 0..kills {
        let before = count(destination).await;
        let goal = before + 1 + random.below(events / (kills + 1));
        let mut child = producer(destination, events, more).spawn().unwrap();
        await_count(&mut child, destination, goal).await;
        let is_running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        let after = count(destination).await;
        if is_running && (before + 1..events).contains(&after) {
            kills_while_sending += 1;
        }
    }
    assert!(
        2 * kills_while_sending >= kills,
        "{kills_while_sending} of {kills} kills hit while it was sending"
    );

    let last = producer(destination, events, &[more, &["--json"]].concat())
        .output()
        .unwrap();
    assert_eq!(last.status.code(), Some(0), "{}", text(&last.stderr));
    let doubles = assert_whole(&records(destination).await, events);
    // A run goes back at most once in a partition, by what was in flight.
    assert!(doubles.stretches_max() as u64 <= kills, "{doubles:?}");
    for stretch in &doubles.stretches {
        assert!(stretch.bytes <= IN_FLIGHT_BYTES_MAX, "{stretch:?}");
    }
    let result = result(&last);
    let there = result["already_there"].as_u64().unwrap();
    assert_eq!(there + result["events"].as_u64().unwrap(), events);
    eprintln!(
        "{kills_while_sending} of {kills} kills while sending, {} doubles of {events} events, \
         {there} there at the last start",
        doubles.records()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_in_order_it_goes_on_where_it_was_and_sends_nothing_twice() {
    const EVENTS: u64 = 3_000;
    let destination = destination().await;
    let small = small_network();
    // Some hundred events a second.
    let slowly = ["--network", &small, "--speed", "150000", "--json"];
    let mut child = producer(&destination, EVENTS, &slowly).spawn().unwrap();
    await_count(&mut child, &destination, 50).await;
    let pid = Pid::from_raw(child.id().cast_signed()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    let stopped = child.wait_with_output().unwrap();
    assert_eq!(
        stopped.status.code(),
        Some(130),
        "{}",
        text(&stopped.stderr)
    );
    let first = result(&stopped);
    assert_eq!(first["was_interrupted"], true);
    assert_eq!(first["unacknowledged"], 0);
    let sent = first["events"].as_u64().unwrap();
    assert!((50..EVENTS).contains(&sent), "{sent}");
    assert_eq!(count(&destination).await, sent);

    let resumed = producer(&destination, EVENTS, &["--network", &small])
        .output()
        .unwrap();
    assert_eq!(resumed.status.code(), Some(0), "{}", text(&resumed.stderr));
    let topic = destination.topic();
    let told = text(&resumed.stdout);
    assert!(told.starts_with(&format!("Done: {EVENTS} events are in {topic}.\n")));
    let line = format!("already there    {sent}; {} were sent now\n", EVENTS - sent);
    assert!(told.contains(&line), "{told}");
    let step = format!("resuming: {sent} of 3,000 events are in {topic} already\n");
    assert!(text(&resumed.stderr).contains(&step), "{resumed:?}");
    let doubles = assert_whole(&records(&destination).await, EVENTS);
    assert_eq!(doubles.records(), 0);

    let complete = producer(&destination, EVENTS, &["--network", &small, "--json"])
        .output()
        .unwrap();
    assert_eq!(complete.status.code(), Some(0));
    let nothing = result(&complete);
    assert_eq!(
        (&nothing["already_there"], &nothing["events"]),
        (&EVENTS.into(), &0.into())
    );
    assert_eq!(count(&destination).await, EVENTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_one_line_with_its_remedy_which_works() {
    let destination = destination().await;
    let first = producer(&destination, 100, &["--seed=42"])
        .output()
        .unwrap();
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    let refused = producer(&destination, 100, &["--seed=43"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(text(&refused.stdout), "");
    let errors = text(&refused.stderr);
    let told: Vec<_> = errors
        .lines()
        .filter(|line| line.contains("ERROR"))
        .collect();
    assert_eq!(told.len(), 1, "{errors}");
    for part in ["partition 0, offset ", "seed=42", "seed=43", "--append"] {
        assert!(told[0].contains(part), "{part}: {errors}");
    }
    assert_eq!(count(&destination).await, 100);
    let appended = producer(&destination, 100, &["--seed=43", "--append"]).output();
    assert_eq!(appended.unwrap().status.code(), Some(0));
    assert_eq!(count(&destination).await, 200);
}
