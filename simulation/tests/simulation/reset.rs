//! `simulation reset`: of an idle warehouse, killed in the middle, under services that run, and with one
//! that does not answer.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use serde_json::Value;

use super::command::{Running, program, small_network};
use super::control::{Controlled, two_days, undisturbed_digest};
use super::network_files;

/// What is not of a network file is gone.
async fn assert_empty(controlled: &Controlled) {
    let status = controlled.status();
    for table in [
        "bronze.kafka_record",
        "bronze.file",
        "silver.adt_record",
        "gold.dim_patient",
    ] {
        assert_eq!(status["rows"][table], 0, "{table}");
    }
    assert_eq!(status["records"]["sent"], 0);
    assert!(status["simulated_at"].is_null());
    for folder in ["outbox", "landing", "archive"] {
        assert!(!controlled.home.path().join(folder).exists(), "{folder}");
    }
    controlled.warehouse.assert_green().await;
}

#[tokio::test]
async fn an_idle_warehouse_is_emptied_also_where_the_first_reset_was_killed() {
    let controlled = Controlled::new().await;
    let run = two_days(&["run"], &["--json"]);
    let first = controlled.say(&run).json();
    assert_eq!(first["digest"]["sha256"], undisturbed_digest().await);

    // Nobody can be asked.
    let said = controlled.say(&["reset"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("give --yes"), "{said:?}");
    let said = controlled.say(&["status", "--json"]);
    assert_eq!(said.json()["rows"], first["rows"]);

    // Killed when topics are gone and tables are not.
    let mut reset = controlled.start(&["reset", "--yes"]);
    reset.await_line("making them anew");
    reset.signal(Signal::KILL);
    assert_eq!(reset.end().code, None);
    assert_eq!(controlled.status()["state"], "resetting");
    let told = controlled.say(&["status"]);
    assert!(
        told.out
            .contains("run it again: ./wardflow simulation reset"),
        "{told:?}"
    );
    for arguments in [&run, &two_days(&["score"], &[]), &vec!["pause"]] {
        let said = controlled.say(arguments);
        let refusal = said.refusal();
        assert!(
            refusal.contains("a reset of this warehouse was begun and not ended"),
            "{refusal}"
        );
    }
    let digest = controlled.start_service("database", &["digest"]).end();
    assert!(
        digest.refusal().contains("run `simulation reset` again"),
        "{digest:?}"
    );

    // The archive that the environment names goes too, wherever it is.
    let elsewhere = controlled.home.folder().join("archive");
    fs::create_dir_all(elsewhere.join("2026-03-02")).unwrap();
    fs::write(elsewhere.join("2026-03-02/patients.csv"), "").unwrap();
    controlled
        .say(&["reset", "--yes", "--archive", elsewhere.to_str().unwrap()])
        .assert_done();
    assert!(!elsewhere.exists());
    controlled.say(&["reset", "--yes"]).assert_done();
    assert_empty(&controlled).await;
    let second = controlled.say(&run).json();
    assert_eq!(second["verification"]["green"], true);
    assert_eq!(second["digest"], first["digest"]);
    // Reference data is what it was, so that nothing else differs either.
    assert_eq!(second["rows"], first["rows"]);
}

/// A warehouse that knows the small network, a home, and a folder with the extracts of the two days.
pub(super) async fn seeded_with_extracts() -> (Controlled, PathBuf) {
    let controlled = Controlled::new().await;
    let network = ["seed", "--network", small_network()];
    let seeded = controlled.start_service("database", &network).end();
    seeded.assert_done();
    // Nothing is deleted from a folder that is not marked as a home.
    drop(embedded::Home::open(&controlled.home.path()).unwrap());
    let extracts = controlled.home.folder().join("extracts");
    make_extracts(&controlled, &extracts);
    (controlled, extracts)
}

/// The extracts of the two days, made by the hospitals' own command.
fn make_extracts(controlled: &Controlled, to: &Path) {
    let to = to.to_str().unwrap();
    let arguments = two_days(&["all"], &["--out", to]);
    let made = program("generators", &controlled.home, &arguments).output();
    assert!(made.unwrap().status.success());
}

/// Puts extracts into the landing folder: whole, as hospitals do.
fn deliver(controlled: &Controlled, from: &Path) {
    let landing = controlled.home.path().join("landing");
    fs::create_dir_all(&landing).unwrap();
    network_files::deliver(from, &landing);
    for day in fs::read_dir(from.join("ehr")).unwrap() {
        let day = day.unwrap().path();
        let landing = controlled
            .home
            .path()
            .join("landing")
            .join(day.file_name().unwrap());
        fs::create_dir_all(&landing).unwrap();
        for hospital in fs::read_dir(&day).unwrap() {
            let hospital = hospital.unwrap().path();
            let copy = controlled.home.folder().join("copy");
            fs::create_dir(&copy).unwrap();
            for file in fs::read_dir(&hospital).unwrap() {
                let file = file.unwrap().path();
                fs::copy(&file, copy.join(file.file_name().unwrap())).unwrap();
            }
            fs::rename(&copy, landing.join(hospital.file_name().unwrap())).unwrap();
        }
    }
}

pub(super) fn is_loaded(status: &Value) -> bool {
    status["records"]["lag"] == 0
        && status["files"]["taken"] == 12 + network_files::FILES
        && status["files"]["loading"] == 0
}

fn start_producer(controlled: &Controlled, speed: &str) -> Running {
    controlled.start_service("producer", &two_days(&["run"], &["--speed", speed]))
}

#[tokio::test]
async fn services_of_their_own_begin_anew_and_one_that_slept_writes_nothing_of_before() {
    let (controlled, extracts) = seeded_with_extracts().await;
    deliver(&controlled, &extracts);
    let ingest = ["run", "--min-files", "1", "--settle-seconds", "0"];
    let ingester = controlled.start_service("batch-ingest", &ingest);
    let consumer = controlled.start_service("consumer", &["run"]);
    let sleeper = controlled.start_service("consumer", &["run"]);
    let producer = start_producer(&controlled, "300");
    controlled.await_status("all of them load", |status| {
        let services = status["services"].as_array().unwrap();
        let working = services.iter().filter(|it| it["is_working"] == true);
        let received = status["rows"]["silver.adt_record"].as_i64() > Some(0);
        working.count() == 4 && received && status["files"]["taken"] == 12 + network_files::FILES
    });
    sleeper.signal(Signal::STOP);

    let said = controlled.say(&["reset", "--yes"]);
    assert_eq!(said.assert_done().out, "reset: epoch 2\n");
    let passed_over: Vec<_> = said
        .err
        .lines()
        .filter(|it| it.contains("passed over"))
        .collect();
    assert_eq!(passed_over.len(), 1, "{said:?}");
    assert!(
        passed_over[0].contains(&format!(":{}:", sleeper.id())),
        "{said:?}"
    );
    // It wakes in the middle of the new epoch.
    controlled.await_status("events come again", |status| {
        status["rows"]["silver.adt_record"].as_i64() > Some(0)
    });
    sleeper.signal(Signal::CONT);
    deliver(&controlled, &extracts);
    controlled.say(&["speed", "max"]).assert_done();
    producer.end().assert_done();
    controlled.await_status("all is loaded", is_loaded);

    assert_eq!(
        controlled.warehouse.digest().await,
        undisturbed_digest().await
    );
    controlled.warehouse.assert_green().await;
    for service in [ingester, consumer, sleeper] {
        service.signal(Signal::INT);
        let said = service.end();
        assert!(said.err.contains("stopping for a reset"), "{said:?}");
        said.assert_done();
    }
    assert_eq!(controlled.status()["services"], serde_json::json!([]));
}
