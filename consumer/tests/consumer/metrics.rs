//! What a running consumer tells of itself at /metrics and /readyz.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Child;
use std::time::Duration;

use embedded::{Options, Wanted, own_for_tests};

use crate::flow;
use crate::pipeline::{KeyFile, PARTITIONS, Pipeline};
use crate::unreadable;
use crate::warehouse::Warehouse;

const EVENTS: i64 = 300;
const LATER: i64 = 50;

/// The program itself, killed at the end of a test.
struct Watched {
    child: Child,
    address: SocketAddr,
    topic: String,
    _key: KeyFile,
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Watched {
    fn start(pipeline: &Pipeline) -> Self {
        let key = KeyFile::new();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let child = pipeline
            .program(&key.path())
            .args(["--batch-rows", "20"])
            .env("METRICS_ADDR", address.to_string())
            .spawn()
            .unwrap();
        Self {
            child,
            address,
            topic: pipeline.topic.to_string(),
            _key: key,
        }
    }

    /// Status line and body; nothing where it does not listen yet.
    fn ask(&self, path: &str) -> Option<(String, String)> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        let host = self.address;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Some((head.lines().next().unwrap().to_owned(), body.to_owned()))
    }

    /// The sum of a metric's values over the topic's other labels that hold `text`, in whole numbers.
    #[expect(clippy::cast_possible_truncation, reason = "counts and seconds")]
    fn sum(&self, name: &str, text: &str) -> i64 {
        let (_, metrics) = self.ask("/metrics").unwrap_or_default();
        let of_topic = format!("topic=\"{}\"", self.topic);
        let is_wanted = |labels: &str| labels.contains(&of_topic) && labels.contains(text);
        let values = metrics.lines().filter_map(|line| {
            let (labels, value) = line
                .strip_prefix(name)?
                .strip_prefix('{')?
                .split_once("} ")?;
            is_wanted(labels).then(|| value.parse::<f64>().unwrap())
        });
        values.sum::<f64>() as i64
    }

    /// The value of a metric without labels, in whole numbers; -1 where it is not told.
    #[expect(clippy::cast_possible_truncation, reason = "seconds")]
    fn value(&self, name: &str) -> i64 {
        let (_, metrics) = self.ask("/metrics").unwrap_or_default();
        let told = metrics
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        told.map_or(-1, |value| value.parse::<f64>().unwrap() as i64)
    }

    /// How many series of a metric the topic has.
    fn series(&self, name: &str) -> usize {
        let (_, metrics) = self.ask("/metrics").unwrap_or_default();
        let begin = format!("{name}{{");
        let of_topic = format!("topic=\"{}\"", self.topic);
        let lines = metrics.lines();
        lines
            .filter(|it| it.starts_with(&begin) && it.contains(&of_topic))
            .count()
    }
}

fn synthetic(events: i64) -> Vec<domain::event::AdtEvent> {
    flow::synthetic(events.unsigned_abs())
}

/// Waits until something is so; the test's own time limit is the runner's.
async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_is_what_the_warehouse_holds() {
    let pipeline = Pipeline::new().await;
    let mut sendings = pipeline.sendings(&synthetic(EVENTS));
    let refused = unreadable::unreadable(&pipeline).await;
    sendings.extend(refused.iter().map(|it| it.sending.clone()));
    pipeline.send(&sendings).await;
    let sent = i64::try_from(sendings.len()).unwrap();
    let watched = Watched::start(&pipeline);
    pipeline.loaded_at_least(sent).await;
    let records = |outcome: &str| {
        let label = format!("outcome=\"{outcome}\"");
        watched.sum("wardflow_records_total", &label)
    };
    let count = async |sql: &str| pipeline.warehouse.count(sql).await;
    until(|| watched.sum("wardflow_records_total", "") >= sent).await;
    assert_eq!(
        records("loaded"),
        count("select count(*) from silver.adt_record").await
    );
    assert_eq!(
        records("duplicate"),
        count("select count(*) from ops.duplicate").await
    );
    let quarantined = count("select count(*) from ops.quarantine").await;
    assert!(quarantined > 0);
    assert_eq!(records("quarantined"), quarantined);
    let by_rules = watched.sum("wardflow_rule_hits_total", "action=\"quarantined\"");
    assert_eq!(by_rules, quarantined);
    assert_eq!(
        watched.sum("wardflow_end_to_end_latency_seconds_count", ""),
        sent
    );
    assert_eq!(watched.sum("wardflow_batch_records_sum", ""), sent);
    let event_time =
        "select floor(extract(epoch from max(recorded_at)))::bigint from silver.adt_record";
    let told = watched.sum("wardflow_loaded_event_time_seconds", "");
    assert_eq!(told, count(event_time).await);
    until(|| watched.series("wardflow_consumer_lag_records") == PARTITIONS.unsigned_abs() as usize)
        .await;
    until(|| watched.sum("wardflow_consumer_lag_records", "") == 0).await;
    let stored = format!(
        "select sum(next_offset)::bigint from ops.kafka_offset where topic = '{}'",
        watched.topic
    );
    let told = watched.sum("wardflow_consumer_loaded_offset", "");
    assert_eq!(told, count(&stored).await);

    // A consumer that leaves the census to another does not tell that hours are counted.
    let superuser = pipeline.warehouse.superuser().await;
    let hold = "select pg_advisory_lock(hashtext('wardflow census'))";
    superuser.batch_execute(hold).await.unwrap();
    let counted = || watched.value("wardflow_census_last_success_timestamp_seconds");
    // What was counted before may be told just now; then two more would follow.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = counted();
    tokio::time::sleep(Duration::from_secs(7)).await;
    assert_eq!(counted(), before);
    superuser
        .batch_execute("select pg_advisory_unlock_all()")
        .await
        .unwrap();
    until(|| counted() > before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_hangs_shows_in_lag_and_readiness() {
    let options = Options::for_tests(Wanted::POSTGRES).unwrap();
    let services = own_for_tests(options).await.unwrap();
    let postgres = services.postgres.as_ref().unwrap();
    let warehouse = Warehouse::new_on(&postgres.superuser_url("postgres")).await;
    let pipeline = Pipeline::into(warehouse).await;
    let events = synthetic(EVENTS + LATER);
    let (first, later) = events.split_at(usize::try_from(EVENTS).unwrap());
    pipeline.send(&pipeline.sendings(first)).await;
    let watched = Watched::start(&pipeline);
    pipeline.loaded_at_least(EVENTS).await;
    let status = || watched.ask("/readyz").map(|(status, _)| status);
    until(|| status().as_deref() == Some("HTTP/1.1 200 OK")).await;
    until(|| watched.series("wardflow_consumer_lag_records") > 0).await;

    postgres.pause().unwrap();
    pipeline.send(&pipeline.sendings(later)).await;
    let lag = || watched.sum("wardflow_consumer_lag_records", "");
    until(|| lag() == LATER).await;
    until(|| status().as_deref() == Some("HTTP/1.1 503 Service Unavailable")).await;
    let (_, body) = watched.ask("/readyz").unwrap();
    let (alive, _) = watched.ask("/healthz").unwrap();
    postgres.resume().unwrap();
    assert!(
        body.contains("Kafka: answers") && body.contains("database: "),
        "{body}"
    );
    assert_eq!(alive, "HTTP/1.1 200 OK");

    until(|| lag() == 0).await;
    pipeline.loaded_at_least(EVENTS + LATER).await;
    drop(watched);
    services.stop().await.unwrap();
}
