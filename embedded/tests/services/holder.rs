//! A process that holds services, to be killed: this test program, started once more for one "test".

use std::io::{BufRead as _, BufReader, Write as _, stdin, stdout};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use embedded::{Addresses, Home, Services, Wanted, for_tests};
use serde::{Deserialize, Serialize};

use tokio::signal::unix::{SignalKind, signal};

use crate::{children, options};

const ORDERS: &str = "WARDFLOW_EMBEDDED_HOLDER";

/// What the holder is to do.
#[derive(Serialize, Deserialize)]
pub(crate) struct Orders {
    /// The home; without one it calls `for_tests`.
    pub(crate) home: Option<PathBuf>,
    pub(crate) kafka: bool,
    pub(crate) registry: bool,
    pub(crate) pause: bool,
}

impl Orders {
    pub(crate) fn postgres_in(home: &Path) -> Self {
        Self {
            home: Some(home.to_owned()),
            kafka: false,
            registry: false,
            pause: false,
        }
    }
}

/// What the holder reports when the services are ready.
#[derive(Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) addresses: Addresses,
    /// All processes of the services.
    pub(crate) pids: Vec<u32>,
}

/// A running holder.
pub(crate) struct Holder {
    pub(crate) process: Child,
    pub(crate) report: Report,
}

impl Holder {
    /// Starts this program again and waits for its report.
    pub(crate) fn start(orders: &Orders) -> Self {
        Self::start_by(Command::new(std::env::current_exe().unwrap()), orders)
    }

    /// The same by another command line for this program.
    pub(crate) fn start_by(command: Command, orders: &Orders) -> Self {
        let mut process = Self::begin(command, orders);
        let report = BufReader::new(process.stdout.as_mut().unwrap())
            .lines()
            .map(Result::unwrap)
            .find_map(|line| serde_json::from_str(&line).ok());
        let Some(report) = report else {
            panic!("the holder ended early: {:?}", process.wait());
        };
        Self { process, report }
    }

    /// Starts it and does not wait.
    pub(crate) fn begin(mut command: Command, orders: &Orders) -> Child {
        command
            .args([
                "--exact",
                "holder::holds_services_when_told_to",
                "--nocapture",
            ])
            .env(ORDERS, serde_json::to_string(orders).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // As a shell does for each command of a terminal.
            .process_group(0)
            .spawn()
            .unwrap()
    }

    pub(crate) fn pid(&self) -> i32 {
        self.process.id().try_into().unwrap()
    }
}

/// No test by itself: it does nothing unless [`Holder::start`] runs it.
#[tokio::test]
async fn holds_services_when_told_to() {
    let Ok(orders) = std::env::var(ORDERS) else {
        return;
    };
    let orders: Orders = serde_json::from_str(&orders).unwrap();
    let wanted = Wanted {
        postgres: true,
        kafka: orders.kafka,
        registry: orders.registry,
    };
    let Some(home) = orders.home else {
        let addresses = for_tests(wanted).await.unwrap();
        let again = for_tests(Wanted::POSTGRES).await.unwrap();
        assert_eq!(again, addresses);
        report(&Report {
            addresses,
            pids: Vec::new(),
        });
        return;
    };
    // Before the report, which says that we may be interrupted.
    let mut interrupts = signal(SignalKind::interrupt()).unwrap();
    let services = Services::start(Home::open(&home).unwrap(), options(wanted))
        .await
        .unwrap();
    let main: Vec<u32> = [
        services.postgres.as_ref().and_then(embedded::Postgres::pid),
        services.kafka.as_ref().and_then(embedded::Kafka::pid),
        services.registry.as_ref().and_then(embedded::Registry::pid),
    ]
    .into_iter()
    .flatten()
    .collect();
    if orders.pause {
        services.postgres.as_ref().unwrap().pause().unwrap();
    }
    let all = main
        .iter()
        .flat_map(|pid| children(*pid))
        .chain(main.clone());
    report(&Report {
        addresses: Addresses::of(&services),
        pids: all.collect(),
    });
    let line = tokio::task::spawn_blocking(|| stdin().read_line(&mut String::new()));
    tokio::select! {
        _ = interrupts.recv() => {}
        _ = line => {}
    }
    services.stop().await.unwrap();
    // The thread that waits for a line would keep the process.
    std::process::exit(0);
}

fn report(report: &Report) {
    let mut line = serde_json::to_string(report).unwrap();
    // The test harness may have begun a line.
    line.insert(0, '\n');
    line.push('\n');
    stdout().write_all(line.as_bytes()).unwrap();
}
