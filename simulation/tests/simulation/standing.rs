//! Services that stay, as in containers: the producer when all is sent, and the ingester beside a folder
//! with the extracts of all days, which it takes as simulated time comes to them.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};

use rustix::process::Signal;
use serde_json::Value;

use super::control::{two_days, undisturbed_digest};
use super::network_files;
use super::reset::{is_loaded, seeded_with_extracts};

/// Nothing is taken of a day that is not over; the network's files are at once.
fn assert_in_time(status: &Value) {
    let files = &status["files"];
    let due = files["due"]
        .as_i64()
        .max(i64::try_from(network_files::FILES).ok());
    assert!(files["taken"].as_i64() <= due, "{status}");
}

/// Families of metrics that are told once something goes wrong, or a rule hits.
const OF_TROUBLE: [&str; 6] = [
    "wardflow_retries_total",
    "wardflow_rule_hits_total",
    "wardflow_line_rule_hits_total",
    "wardflow_quarantined",
    "wardflow_dead_letters_oldest_timestamp_seconds",
    "wardflow_partition_held",
];

/// An address where nobody listens.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200 OK"), "{answer}");
    answer
}

/// What the services tell is what `docs/metrics.md` says, and the other way round.
fn assert_as_documented(addresses: &[SocketAddr]) {
    let pages: String = addresses.iter().map(|it| ask(*it, "/metrics")).collect();
    let lines = pages.lines().filter_map(|it| it.strip_prefix("# TYPE "));
    let families = lines.filter_map(|it| it.split(' ').next());
    let told: BTreeSet<&str> = families.filter(|it| it.starts_with("wardflow_")).collect();
    let page = include_str!("../../../docs/metrics.md");
    let documented: BTreeSet<&str> = page
        .lines()
        .filter(|line| line.starts_with("| `wardflow_"))
        .flat_map(|line| line.split('|').nth(1).unwrap().split('`'))
        .filter(|name| name.starts_with("wardflow_"))
        .collect();
    let unknown: Vec<_> = told.difference(&documented).collect();
    assert!(unknown.is_empty(), "not in docs/metrics.md: {unknown:?}");
    let is_awaited = |it: &&&str| !OF_TROUBLE.contains(*it);
    let untold: Vec<_> = documented.difference(&told).filter(is_awaited).collect();
    assert!(untold.is_empty(), "told by nobody: {untold:?}");
}

fn is_done(status: &Value) -> bool {
    assert_in_time(status);
    is_loaded(status) && status["is_sending"] == false && status["day"] == 2
}

#[tokio::test]
async fn they_take_extracts_as_time_comes_to_them_and_begin_anew_after_a_reset() {
    let (controlled, extracts) = seeded_with_extracts().await;
    let dir = extracts.to_str().unwrap();
    let addresses = [(); 4].map(|()| free_address());
    let at = addresses.map(|it| it.to_string());
    let start = |name, arguments: &[&str], at: &str| {
        let arguments = [arguments, &["--metrics-addr", at]].concat();
        controlled.start_service(name, &arguments)
    };
    let ingest = [
        "run",
        "--dir",
        dir,
        "--keep",
        "--simulated-time",
        "--min-files",
        "1",
    ];
    let run = two_days(&["run"], &["--stay", "--speed", "2000"]);
    let place = "Grafana=http://localhost:23000";
    let services = [
        start("batch-ingest", &ingest, &at[0]),
        start("consumer", &["run"], &at[1]),
        start("producer", &run, &at[2]),
        start("simulation", &["serve", "--place", place], &at[3]),
    ];
    // The first day's, and not yet the second one's.
    controlled.await_status("a day is taken", |status| {
        assert_in_time(status);
        let (taken, due) = (&status["files"]["taken"], &status["files"]["due"]);
        status["day"] == 2 && taken == due && status["is_sending"] == true
    });
    controlled.say(&["speed", "max"]).assert_done();
    controlled.await_status("both days are loaded", is_done);
    assert_eq!(
        controlled.warehouse.digest().await,
        undisturbed_digest().await
    );

    assert_as_documented(&addresses);
    for address in addresses {
        ask(address, "/readyz");
    }

    let said = controlled.say(&["reset", "--yes"]);
    assert_eq!(said.assert_done().out, "reset: epoch 2\n");
    controlled.await_status("both days are loaded again", |status| {
        status["epoch"] == 2 && is_done(status)
    });
    assert_eq!(
        controlled.warehouse.digest().await,
        undisturbed_digest().await
    );
    controlled.warehouse.assert_green().await;
    for service in services {
        service.signal(Signal::TERM);
        let said = service.end();
        // Each extract was read once in each epoch.
        assert!(!said.err.contains("the same file again"), "{said:?}");
        said.assert_done();
    }
    assert!(fs::exists(extracts.join("manifest.json")).unwrap());
}
