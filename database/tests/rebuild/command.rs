//! `database rebuild` as a process.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::place::Place;
use crate::load::warehouse::Role;

fn command(place: &Place) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_database"));
    command
        .args(["rebuild", "--from", "silver", "--json"])
        .env("DATABASE_ADMIN_URL", place.warehouse.url(Role::Owner))
        .env_remove("DATABASE_URL")
        .current_dir(std::env::temp_dir())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Waits until the process counts beds, which somebody keeps it from.
fn until_counting(child: &mut Child) {
    let lines = BufReader::new(child.stderr.as_mut().unwrap()).lines();
    let counting = lines
        .map_while(Result::ok)
        .any(|line| line == "counting beds");
    assert!(counting);
    // Until it has asked for its turn.
    std::thread::sleep(Duration::from_millis(500));
}

fn signal(child: &Child, name: &str) {
    let kill = format!("kill {name} {}", child.id());
    let status = Command::new("sh").args(["-c", &kill]).status().unwrap();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interrupted_it_ends_with_130_and_run_again_it_tells_what_it_did() {
    let place = Place::loaded().await;
    let right = place.warehouse.digest().await;
    place.run("delete from gold.fact_location_stay").await;
    let wrong = place.warehouse.digest().await;
    for (name, code) in [("-INT", Some(130)), ("-TERM", Some(130)), ("-KILL", None)] {
        let held = place.hold_census().await;
        let mut child = command(&place).spawn().unwrap();
        until_counting(&mut child);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), code, "{name}");
        assert!(output.stdout.is_empty());
        // Who waits for its locks need not wait for the end of the statement that it was amid.
        let lane = place.warehouse.client(Role::Loader).await;
        let lock = lane.batch_execute("select from ops.shard for update");
        let locked = tokio::time::timeout(Duration::from_secs(10), lock).await;
        locked.unwrap().unwrap();
        drop(held);
        assert_eq!(place.warehouse.digest().await, wrong, "{name}");
    }

    let output = command(&place).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("8 of 8 patients folded"), "{told}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&told["is_same"], &told["patients"]),
        (&false.into(), &8.into())
    );
    assert_eq!(place.warehouse.digest().await, right);
    place.warehouse.assert_green().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loader_may_not() {
    let place = Place::loaded().await;
    let output = command(&place)
        .env("DATABASE_ADMIN_URL", place.warehouse.url(Role::Loader))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("permission denied"), "{told}");
}
