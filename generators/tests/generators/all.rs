//! `generators all`: everything of a scenario, in one folder.

use std::process::{Child, Output};

use serde_json::Value;

use crate::command::{Workplace, complaint, eventually, sha256, succeeded};
use crate::trouble::signal;

/// A small hospital's world.
const SMALL: &str = "all --people 20000 --patients 3000 --days 2 --network small.toml";

/// Of `summary.json` of the quick scale, seed 42, from 2 March 2026, nine days: it names the SHA-256
/// of each file. It changes with every table and every draw of the generators; where that is meant,
/// `MODEL_VERSION` in `generators/src/scenario.rs` grows.
const QUICK_SHA256: &str = "88f87152b6ad359b87abf264a1420634b58c5dc0ad8293ffeea74064291f215c";

fn workplace() -> Workplace {
    let place = Workplace::new();
    std::fs::write(place.path("small.toml"), generators::trial::network_toml()).unwrap();
    place
}

fn summary(place: &Workplace, folder: &str) -> String {
    String::from_utf8(place.read(&format!("{folder}/summary.json"))).unwrap()
}

#[test]
fn threads_repetition_and_compression_do_not_show() {
    let place = workplace();
    for run in [
        "--out a --threads 1",
        "--out b --threads 2",
        "--out c --threads 2",
        "--out d --compress zstd",
    ] {
        succeeded(&place.run(&format!("{SMALL} {run}")));
    }
    let first = summary(&place, "a");
    for other in ["b", "c", "d"] {
        assert_eq!(summary(&place, other), first);
    }
    succeeded(&place.run(&format!("{SMALL} --out e --seed 43")));
    assert_ne!(summary(&place, "e"), first);
}

#[test]
fn the_summary_tells_the_files_as_they_are() {
    let place = workplace();
    let output = place.run(&format!("{SMALL} --json --out a"));
    succeeded(&output);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let summary: Value = serde_json::from_str(&summary(&place, "a")).unwrap();
    let files = summary["files"].as_array().unwrap();
    // Four, and six a day and hospital.
    assert_eq!(files.len(), 4 + 2 * 6);
    assert_eq!(told.as_array().unwrap().len(), files.len());
    for file in files {
        let name = format!("a/{}", file["name"].as_str().unwrap());
        let bytes = place.read(&name);
        assert_eq!(file["bytes"], bytes.len(), "{name}");
        assert_eq!(file["sha256"], sha256(&bytes).as_str(), "{name}");
        let lines = String::from_utf8(bytes).unwrap().lines().count();
        assert_eq!(file["rows"], lines - 1, "{name}");
    }
    assert_eq!(summary["seed"], 42);
    assert!(
        summary["flow"]
            .as_str()
            .unwrap()
            .starts_with("flow:seed=42:start=2026-03-02:scenario=")
    );
}

/// The golden hash, and a check that was written from the files' description alone.
#[test]
fn the_quick_scale_is_what_it_was_and_passes_an_independent_check() {
    let place = Workplace::new();
    succeeded(&place.run("all --out quick"));
    check(&place, "quick", "2026-03-02 --days 9");
    assert_eq!(sha256(summary(&place, "quick").as_bytes()), QUICK_SHA256);
}

#[test]
fn other_seeds_starts_and_compressed_files_pass_the_check_too() {
    let place = Workplace::new();
    // A February that ends on the 29th, with staff born on one.
    let other = "all --seed 7 --start 2028-02-25 --surge --compress zstd --out other";
    succeeded(&place.run(other));
    check(&place, "other", "2028-02-25 --days 9");
}

/// Runs `generators/tests/check_files.py`.
fn check(place: &Workplace, folder: &str, days: &str) {
    let tests = format!("{}/tests", env!("CARGO_MANIFEST_DIR"));
    let network = format!("{tests}/../../domain/networks/johannesburg.toml");
    let output = std::process::Command::new("python3")
        .arg(format!("{tests}/check_files.py"))
        .arg(place.path(folder))
        .args(["--network", &network, "--start"])
        .args(days.split(' '))
        .output()
        .expect("python3 must be installed: ./setup does that");
    let told = String::from_utf8_lossy(&output.stdout);
    println!("{}", told.lines().last().unwrap_or_default());
    assert!(
        output.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A check that notices nothing proves nothing: it is tried on files with planted faults.
#[test]
fn the_check_finds_what_is_planted() {
    let output = std::process::Command::new("python3")
        .args(["-m", "unittest", "--quiet", "test_check_files"])
        .current_dir(format!("{}/tests", env!("CARGO_MANIFEST_DIR")))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python3 must be installed: ./setup does that");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn begin(place: &Workplace) -> Child {
    let child = place
        .command("all --people 3000000 --out data")
        .spawn()
        .unwrap();
    let people = place.path("data.partial/people.csv.partial");
    eventually("the first people are written", || people.exists());
    child
}

fn assert_nothing_is_left(place: &Workplace, output: &Output) {
    assert!(output.stdout.is_empty());
    assert!(place.names().is_empty(), "{:?}", place.names());
}

#[test]
fn an_interrupt_leaves_nothing() {
    let place = Workplace::new();
    let child = begin(&place);
    signal(&child, "INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_nothing_is_left(&place, &output);
}

#[test]
fn a_kill_leaves_an_unfinished_folder_that_the_next_run_takes_over() {
    let place = workplace();
    let mut child = begin(&place);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(place.names(), ["data.partial", "small.toml"]);
    succeeded(&place.run(&format!("{SMALL} --out data")));
    assert_eq!(place.names(), ["data", "small.toml"]);
}

#[test]
fn a_folder_with_files_and_one_in_use_are_left_alone() {
    let place = workplace();
    std::fs::create_dir(place.path("mine")).unwrap();
    std::fs::write(place.path("mine/letter"), "dear").unwrap();
    let told = complaint(&place.run(&format!("{SMALL} --out mine")));
    assert!(
        told.contains("mine is not empty: name a new folder"),
        "{told}"
    );
    assert_eq!(place.read("mine/letter"), b"dear");

    let mut child = begin(&place);
    let told = complaint(&place.run(&format!("{SMALL} --out data")));
    assert!(told.contains("another process is writing"), "{told}");
    child.kill().unwrap();
    child.wait().unwrap();
}
