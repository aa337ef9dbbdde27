//! `generators all`: everything of a scenario, in one folder.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::process::{Child, Output};

use domain::network::JOHANNESBURG;
use serde_json::Value;

use crate::command::{Workplace, complaint, eventually, sha256, succeeded};
use crate::trouble::signal;

/// A small hospital's world.
const SMALL: &str = "all --people 20000 --patients 3000 --days 2 --network small.toml";

/// Of `summary.json` of the quick scale, seed 42, from 2 March 2026, nine days: it names the SHA-256
/// of each file. It changes with every table and every draw of the generators; where that is meant,
/// `MODEL_VERSION` in `generators/src/scenario.rs` grows.
const QUICK_SHA256: &str = "3f13c92163d8cc58a1942a88c37ad64fe55701ea73c9f37a8f8b2b6ae3155134";

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

/// A warehouse that has some days can be given the next ones.
#[test]
fn a_day_does_not_depend_on_how_many_follow() {
    let place = workplace();
    succeeded(&place.run(&format!("{SMALL} --out two")));
    let longer = SMALL.replace("--days 2", "--days 12");
    // The name of a folder may end with a slash.
    succeeded(&place.run(&format!("{longer} --out twelve/")));
    for date in ["2026-03-02", "2026-03-03"] {
        for name in crate::command::names(&place.path(&format!("two/ehr/{date}/ROSEBANK"))) {
            let of = |folder| place.read(&format!("{folder}/ehr/{date}/ROSEBANK/{name}"));
            assert!(of("two") == of("twelve"), "{date} {name}");
        }
    }
}

#[test]
fn every_stay_has_one_principal_diagnosis() {
    let place = workplace();
    succeeded(&place.run(&format!("{SMALL} --days 9 --out data").replace("--days 2 ", "")));
    let (mut stays, mut principals) = (BTreeSet::new(), Vec::new());
    for date in crate::command::names(&place.path("data/ehr")) {
        let lines = |name: &str| -> Vec<String> {
            let text = place.read(&format!("data/ehr/{date}/ROSEBANK/{name}"));
            let text = String::from_utf8(text).unwrap();
            text.lines().skip(1).map(str::to_owned).collect()
        };
        let encounter = |line: &String| line.split(',').next().unwrap().to_owned();
        // Nothing is done after the papers are, which was before the first day for somebody who left on it.
        let is_treated = |line: &&String| {
            let discharged_at = line.split(',').nth(10).unwrap();
            discharged_at.is_empty() || discharged_at > "2026-03-01T22:00:00Z"
        };
        let of_day = lines("encounters.csv");
        stays.extend(of_day.iter().filter(is_treated).map(encounter));
        let of_stay = lines("diagnoses.csv");
        principals.extend(
            of_stay
                .iter()
                .filter(|it| it.contains(",principal,"))
                .map(encounter),
        );
    }
    let once: BTreeSet<String> = principals.iter().cloned().collect();
    assert_eq!(once.len(), principals.len());
    assert_eq!(once, stays);
    assert!(stays.len() > 100);
}

#[test]
fn the_summary_tells_the_files_as_they_are() {
    let place = workplace();
    let output = place.run(&format!("{SMALL} --json --out a"));
    succeeded(&output);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let summary: Value = serde_json::from_str(&summary(&place, "a")).unwrap();
    let files = summary["files"].as_array().unwrap();
    // Five, and six a day and hospital.
    assert_eq!(files.len(), 5 + 2 * 6);
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

/// Whoever does not watch a bar is told how much will be written, before compression, and what is done.
#[test]
fn what_will_be_written_is_told_a_little_more_rather_than_less() {
    let place = Workplace::new();
    for (arguments, bytes_max_percent) in [
        ("all --people 200000 --out plain", 110),
        (
            "all --people 200000 --days 12 --out packed --compress zstd",
            110,
        ),
        ("people --count 100000 --out p.csv", 102),
        ("patients --out h.csv --compress zstd", 102),
    ] {
        let output = place.run(&format!("{arguments} --json"));
        succeeded(&output);
        let told = String::from_utf8_lossy(&output.stderr);
        let first = told.lines().next().unwrap();
        let some = first.strip_prefix("writing some ").unwrap();
        let some: u64 = some.strip_suffix(" MB").unwrap().parse().unwrap();
        let files: Value = serde_json::from_slice(&output.stdout).unwrap();
        let files = files.as_array().unwrap().iter();
        let bytes: u64 = files.map(|it| it["bytes"].as_u64().unwrap()).sum();
        println!("{arguments}: {first}, {bytes} bytes");
        assert!(some >= bytes / 1_000_000, "{arguments}: {first}, {bytes}");
        let most = bytes * bytes_max_percent / 100 / 1_000_000;
        assert!(some <= most, "{arguments}: {first}, {bytes} bytes");
        assert!(told.lines().any(|line| line.ends_with(" done")), "{told}");
    }
}

/// The golden hash, and a check that was written from the files' description alone.
#[test]
fn the_quick_scale_is_what_it_was_and_passes_an_independent_check() {
    let place = Workplace::new();
    succeeded(&place.run("all --out quick"));
    write_network(&place, JOHANNESBURG);
    check(&place, "quick", "2026-03-02 --days 9");
    assert_eq!(sha256(summary(&place, "quick").as_bytes()), QUICK_SHA256);
}

#[test]
fn other_seeds_starts_and_compressed_files_pass_the_check_too() {
    let place = Workplace::new();
    // A February that ends on the 29th, with staff born on one.
    let other = "all --seed 7 --start 2028-02-25 --surge --compress zstd --out other";
    succeeded(&place.run(other));
    write_network(&place, JOHANNESBURG);
    check(&place, "other", "2028-02-25 --days 9");
}

/// Days of hospitals begin and end at different times, and clocks change on the third: in Berlin on and
/// in Asuncion back, then in Asuncion on.
#[test]
fn hospitals_may_have_clocks_of_their_own() {
    let place = Workplace::new();
    let mut network = JOHANNESBURG.to_owned();
    for zone in [
        "Europe/Berlin",
        "Asia/Tokyo",
        "America/Asuncion",
        "Pacific/Honolulu",
    ] {
        network = network.replacen("Africa/Johannesburg", zone, 1);
    }
    write_network(&place, &network);
    for start in ["2023-03-24", "2023-09-29"] {
        let zones = format!("all --network network.toml --start {start} --days 5 --out {start}");
        succeeded(&place.run(&zones));
        check(&place, start, &format!("{start} --days 5"));
    }
}

fn write_network(place: &Workplace, toml: &str) {
    std::fs::write(place.path("network.toml"), toml).unwrap();
}

/// A hospital of which too much is asked.
#[test]
fn who_found_no_bed_and_windows_without_transfers_are_told() {
    let place = workplace();
    let crowded = String::from_utf8(place.read("small.toml")).unwrap();
    let crowded = crowded.replace("arrivals_per_day = 24", "arrivals_per_day = 240");
    let crowded = crowded.replace("per_window_min = 0", "per_window_min = 3");
    write_network(&place, &crowded);
    let run = SMALL.replace("small.toml", "network.toml");
    let output = place.run(&format!("{run} --out data"));
    succeeded(&output);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let summary: Value = serde_json::from_str(&summary(&place, "data")).unwrap();
    let (missed, away) = (
        &summary["tally"]["windows_missed"],
        &summary["tally"]["turned_away"],
    );
    assert!(missed.as_u64() > Some(100) && away.as_u64() > Some(100));
    let missed = format!("{missed} windows of 3 minutes had fewer than 3 transfers");
    assert!(told.contains(&missed), "{told}");
    let away = format!("{away} of {} patients", summary["tally"]["arrivals"]);
    assert!(told.contains(&away), "{told}");

    let flow = run.replace("all ", "events ");
    let output = place.run(&flow);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains(&missed) && told.contains(&away), "{told}");
    let output = place.run("events --days 1");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!told.contains("WARN"), "{told}");
}

/// Runs `generators/tests/check_files.py`.
fn check(place: &Workplace, folder: &str, days: &str) {
    let tests = format!("{}/tests", env!("CARGO_MANIFEST_DIR"));
    let output = std::process::Command::new("python3")
        .arg(format!("{tests}/check_files.py"))
        .arg(place.path(folder))
        .arg("--network")
        .arg(place.path("network.toml"))
        .arg("--start")
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
fn an_interrupt_ends_the_simulation_of_many_days() {
    let place = workplace();
    let long = "--people 20000 --patients 3000 --days 3650 --network small.toml";
    for what in ["ehr --faults default --out data", "events"] {
        let mut child = place.command(&format!("{what} {long}")).spawn().unwrap();
        if what == "events" {
            // Until somebody reads, it waits; the first line says that it is at work.
            let mut line = [0; 1];
            child
                .stdout
                .as_mut()
                .unwrap()
                .read_exact(&mut line)
                .unwrap();
        } else {
            let staging = place.path("data.partial");
            eventually("the folder is begun", || staging.exists());
        }
        signal(&child, "INT");
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{told}");
        assert!(
            told.contains("interrupted while the flow was simulated"),
            "{told}"
        );
        assert_eq!(place.names(), ["small.toml"]);
    }
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

    // Also under the name of what is unfinished, or where a link leads to it.
    std::fs::create_dir(place.path("own.partial")).unwrap();
    std::fs::write(place.path("own.partial/letter"), "dear").unwrap();
    std::os::unix::fs::symlink(place.path("mine"), place.path("linked.partial")).unwrap();
    for (out, name) in [("own", "own.partial/letter"), ("linked", "mine/letter")] {
        let told = complaint(&place.run(&format!("{SMALL} --out {out}")));
        assert!(told.contains(".partial is not empty"), "{told}");
        assert_eq!(place.read(name), b"dear");
    }
    std::os::unix::fs::symlink(place.path("mine/letter"), place.path("p.csv.partial")).unwrap();
    complaint(&place.run("people --count 10 --out p.csv"));
    assert_eq!(place.read("mine/letter"), b"dear");

    let mut child = begin(&place);
    let told = complaint(&place.run(&format!("{SMALL} --out data")));
    assert!(told.contains("another process is writing"), "{told}");
    child.kill().unwrap();
    child.wait().unwrap();
}
