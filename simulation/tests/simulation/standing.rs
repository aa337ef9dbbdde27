//! Services that stay, as in containers: the producer when all is sent, and the ingester beside a folder
//! with the extracts of all days, which it takes as simulated time comes to them.

use std::fs;

use rustix::process::Signal;
use serde_json::Value;

use super::command::small_network;
use super::control::{Controlled, two_days, undisturbed_digest};
use super::network_files;
use super::reset::{is_loaded, make_extracts};

/// Nothing is taken of a day that is not over; the network's files are at once.
fn assert_in_time(status: &Value) {
    let files = &status["files"];
    let due = files["due"]
        .as_i64()
        .max(i64::try_from(network_files::FILES).ok());
    assert!(files["taken"].as_i64() <= due, "{status}");
}

fn is_done(status: &Value) -> bool {
    assert_in_time(status);
    is_loaded(status) && status["is_sending"] == false && status["day"] == 2
}

#[tokio::test]
async fn they_take_extracts_as_time_comes_to_them_and_begin_anew_after_a_reset() {
    let controlled = Controlled::new().await;
    let network = ["seed", "--network", small_network()];
    let seeded = controlled.start_service("database", &network).end();
    seeded.assert_done();
    drop(embedded::Home::open(&controlled.home.path()).unwrap());
    let extracts = controlled.home.folder().join("extracts");
    make_extracts(&controlled, &extracts);
    let dir = extracts.to_str().unwrap();
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
    let services = [
        controlled.start_service("batch-ingest", &ingest),
        controlled.start_service("consumer", &["run"]),
        controlled.start_service("producer", &run),
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
