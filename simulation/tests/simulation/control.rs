//! What all services follow: speed, pauses, and where the simulation stands.

use std::process::Command;

use rustix::process::Signal;
use serde_json::Value;
use tokio::sync::OnceCell;

use super::command::{Running, Said, program, simulation, small_network};
use super::home::TestHome;
use super::process::eventually;
use super::warehouse::Warehouse;

/// Services that run against a warehouse of their own, and what is said to them.
pub(super) struct Controlled {
    pub(super) warehouse: Warehouse,
    pub(super) home: TestHome,
}

impl Controlled {
    pub(super) async fn new() -> Self {
        Self {
            warehouse: Warehouse::new().await,
            home: TestHome::new(),
        }
    }

    fn named(&self, mut command: Command) -> Command {
        command.envs(self.warehouse.environment());
        command.env("DATABASE_ADMIN_URL", self.warehouse.owner_url());
        command
    }

    pub(super) fn say(&self, arguments: &[&str]) -> Said {
        let mut command = self.named(simulation(&self.home, arguments));
        Said::of(&command.output().unwrap())
    }

    pub(super) fn start(&self, arguments: &[&str]) -> Running {
        Running::spawn(self.named(simulation(&self.home, arguments)))
    }

    /// A service in a process of its own.
    pub(super) fn start_service(&self, name: &str, arguments: &[&str]) -> Running {
        Running::spawn(self.named(program(name, &self.home, arguments)))
    }

    pub(super) fn status(&self) -> Value {
        self.say(&["status", "--json"]).json()
    }

    /// Waits until the status is so.
    pub(super) fn await_status(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let mut status = Value::Null;
        eventually(what, || {
            status = self.status();
            is_so(&status)
        });
        status
    }
}

/// Two days of the small hospital, with extracts.
pub(super) fn two_days<'a>(command: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [
        command,
        &["--days", "2", "--network", small_network()],
        more,
    ]
    .concat()
}

/// The digest of these days in a run that nothing disturbs.
pub(super) async fn undisturbed_digest() -> &'static str {
    static DIGEST: OnceCell<String> = OnceCell::const_new();
    let run = || async {
        let undisturbed = Controlled::new().await;
        let json = undisturbed.say(&two_days(&["run"], &["--json"])).json();
        assert_eq!(json["verification"]["green"], true);
        json["digest"]["sha256"].as_str().unwrap().to_owned()
    };
    DIGEST.get_or_init(run).await
}

fn is_sending(status: &Value) -> bool {
    status["is_sending"] == true && !status["simulated_at"].is_null()
}

#[tokio::test]
async fn speed_pause_and_reset_come_to_a_run_and_it_ends_as_it_would_without() {
    let controlled = Controlled::new().await;
    // Two days in 20 minutes: what follows comes in the middle.
    let run = controlled.start(&two_days(&["run"], &["--speed", "144", "--json"]));
    let status = controlled.await_status("it sends", is_sending);
    assert_eq!(status["speed"], 144.0);
    assert_eq!((&status["seed"], &status["days"]), (&42.into(), &2.into()));
    assert_eq!(status["day"], 1);
    assert!(status["ends_at"].is_string(), "{status}");
    let said = controlled.say(&["pause"]);
    assert_eq!(said.assert_done().out, "epoch 1: paused, speed 144\n");
    assert_eq!(controlled.status()["state"], "paused");
    let said = controlled.say(&["speed", "200"]);
    assert_eq!(said.assert_done().out, "epoch 1: paused, speed 200\n");
    let said = controlled.say(&["resume"]);
    assert_eq!(said.assert_done().out, "epoch 1: running, speed 200\n");

    let said = controlled.say(&["reset", "--yes"]);
    assert_eq!(said.assert_done().out, "reset: epoch 2\n");
    let status = controlled.await_status("it sends again", is_sending);
    assert_eq!(status["epoch"], 2);
    // It goes on at the pace that it had, not at that of its start.
    assert_eq!(status["speed"], 200.0);
    controlled.say(&["speed", "max"]).assert_done();
    let said = run.end();
    let json = said.json();
    assert!(said.err.contains("stopping for a reset"), "{said:?}");
    assert_eq!(json["verification"]["green"], true);
    assert_eq!(json["digest"]["sha256"], undisturbed_digest().await);
    assert_eq!(controlled.status()["services"], serde_json::json!([]));
}

#[tokio::test]
async fn status_tells_what_the_warehouse_holds() {
    let controlled = Controlled::new().await;
    let empty = controlled.status();
    assert_eq!(empty["state"], "running");
    assert_eq!(empty["records"]["received"], 0);
    assert_eq!(empty["input_bytes"]["total"], 0);
    assert!(empty["simulated_at"].is_null());
    let said = controlled.say(&["status"]);
    let told = &said.assert_done().out;
    assert!(
        told.contains("nothing was loaded yet, and nothing runs"),
        "{told}"
    );

    let run = controlled.say(&two_days(&["run"], &["--faults", "default", "--json"]));
    let run = run.json();
    let status = controlled.status();
    let rows = &run["rows"];
    assert_eq!(&status["rows"], rows);
    let records = &status["records"];
    assert_eq!(records["received"], rows["bronze.kafka_record"]);
    assert_eq!(records["sent"], rows["bronze.kafka_record"]);
    assert_eq!(records["lag"], 0);
    let books = &run["verification"]["total"];
    assert_eq!(records["loaded"], books["loaded"]);
    assert_eq!(records["duplicates"], books["duplicate"]);
    assert_eq!(records["quarantined"], books["quarantined"]);
    let files = &status["files"];
    assert_eq!(files["taken"], rows["bronze.file"]);
    assert_eq!(files["expected"], rows["bronze.file"]);
    assert_eq!(
        (&files["missing"], &files["waiting"]),
        (&0.into(), &0.into())
    );
    let of_rules = status["quarantine"].as_object().unwrap().values();
    let refused: i64 = of_rules.map(|count| count.as_i64().unwrap()).sum();
    assert_eq!(refused, rows["ops.quarantine"].as_i64().unwrap());
    let loader = controlled.warehouse.loader().await;
    let bytes = "select sum(octet_length(payload)) + (select sum(bytes) from bronze.file)::bigint from \
                 bronze.kafka_record";
    let bytes: i64 = loader.query_one(bytes, &[]).await.unwrap().get(0);
    assert_eq!(status["input_bytes"]["total"], bytes);
    // The end of the second day in Johannesburg.
    assert_eq!(status["simulated_at"], "2026-03-03T22:00:00Z");
    assert_eq!(status["day"], 2);

    // A file of a day that is over is taken away: it is missing.
    let superuser = controlled.warehouse.superuser().await;
    superuser
        .batch_execute(
            "delete from ops.quarantine where file_id is not null; \
             create temporary table gone as select min(file_id) as file_id from bronze.file; \
             delete from ops.file_progress where file_id in (select file_id from gone); \
             delete from bronze.file where file_id in (select file_id from gone)",
        )
        .await
        .unwrap();
    assert_eq!(controlled.status()["files"]["missing"], 1);
}

#[test]
fn a_status_of_private_services_that_stand_still_starts_the_warehouse_alone() {
    let home = TestHome::new();
    let said = super::command::say(&home, &["status"]);
    let told = &said.assert_done().out;
    assert!(told.contains("no Kafka runs"), "{told}");
    assert!(!home.path().join("kafka").exists());
    home.assert_nothing_runs();
}

#[tokio::test]
async fn a_killed_run_is_told_as_not_seen_and_the_next_one_goes_on() {
    let controlled = Controlled::new().await;
    let run = controlled.start(&two_days(&["run"], &["--speed", "144"]));
    controlled.await_status("it sends", is_sending);
    run.signal(Signal::KILL);
    assert_eq!(run.end().code, None);
    controlled.await_status("it is not seen", |status| status["is_sending"] == false);
    let services = &controlled.status()["services"];
    assert!(!services.as_array().unwrap().is_empty());
    let json = controlled.say(&two_days(&["run"], &["--json"])).json();
    assert_eq!(json["digest"]["sha256"], undisturbed_digest().await);
    // Nor is a dead one waited for.
    controlled.say(&["reset", "--yes"]).assert_done();
    assert_eq!(controlled.status()["services"], serde_json::json!([]));
}
