//! Whatever comes between, nothing half-written stands under the file's name.

use std::process::{Child, Command, Stdio};

use crate::command::{Workplace, clean, complaint, eventually, succeeded};

/// So many that a test finds the command at work.
const MANY: &str = "people --count 3000000 --out p.csv";

pub(crate) fn signal(child: &Child, name: &str) {
    let kill = format!("kill -{name} {}", child.id());
    assert!(
        Command::new("sh")
            .args(["-c", &kill])
            .status()
            .unwrap()
            .success()
    );
}

/// Starts to write many rows, and waits until some are there.
fn begin(place: &Workplace) -> Child {
    let child = place.command(MANY).spawn().unwrap();
    let partial = place.path("p.csv.partial");
    eventually("the first rows are written", || {
        std::fs::metadata(&partial).is_ok_and(|found| found.len() > 0)
    });
    child
}

#[test]
fn an_interrupt_removes_what_was_begun() {
    for name in ["INT", "TERM"] {
        let place = Workplace::new();
        let child = begin(&place);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{told}");
        assert!(told.contains("interrupted: p.csv is not written"), "{told}");
        assert!(output.stdout.is_empty());
        assert!(place.names().is_empty(), "{:?}", place.names());
    }
}

#[test]
fn an_interrupt_keeps_the_file_of_before() {
    let place = Workplace::new();
    succeeded(&place.run("people --count 100 --out p.csv"));
    let before = place.read("p.csv");
    let child = begin(&place);
    signal(&child, "INT");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    assert_eq!(place.names(), ["p.csv"]);
    assert_eq!(place.read("p.csv"), before);
}

#[test]
fn a_kill_leaves_an_unfinished_file_under_another_name_that_the_next_run_takes_over() {
    let place = Workplace::new();
    let mut child = begin(&place);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(place.names(), ["p.csv.partial"]);
    succeeded(&place.run("people --count 100 --out p.csv"));
    assert_eq!(place.names(), ["p.csv"]);
    let lines = String::from_utf8(place.read("p.csv")).unwrap();
    assert_eq!(lines.lines().count(), 101);
}

#[test]
fn two_do_not_write_one_file() {
    let place = Workplace::new();
    let first = begin(&place);
    let told = complaint(&place.run("people --count 10 --out p.csv"));
    assert!(told.contains("another process is writing"), "{told}");
    signal(&first, "INT");
    assert_eq!(first.wait_with_output().unwrap().status.code(), Some(130));
    assert!(place.names().is_empty());
}

#[test]
fn a_write_that_fails_is_told_and_leaves_nothing() {
    let place = Workplace::new();
    let script = "ulimit -f 2048; exec \"$@\"";
    let mut command = Command::new("sh");
    command
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_generators")])
        .args("people --count 50000 --out p.csv".split(' '))
        .current_dir(place.path(""))
        .stdin(Stdio::null());
    clean(&mut command);
    let told = complaint(&command.output().unwrap());
    println!("{told}");
    assert!(
        told.contains("cannot write p.csv") && told.contains("ulimit -f"),
        "{told}"
    );
    assert!(place.names().is_empty(), "{:?}", place.names());
}

/// As of somebody who has closed the terminal, or whose log file is on a full disk.
#[test]
fn a_stderr_that_takes_nothing_changes_nothing() {
    let place = Workplace::new();
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let mut command = place.command("all --people 20000 --patients 3000 --days 1 --out data");
    succeeded(&command.stderr(full()).output().unwrap());
    assert_eq!(place.names(), ["data"]);
    let mut command = place.command("all --people 3000000 --out more");
    let child = command.stderr(full()).spawn().unwrap();
    let people = place.path("more.partial/people.csv.partial");
    eventually("the first people are written", || people.exists());
    signal(&child, "TERM");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(place.names(), ["data"]);
}

/// A second signal ends the process while it removes what it began.
#[test]
fn whatever_an_interrupted_clean_up_leaves_the_next_run_takes_over() {
    let place = Workplace::new();
    for kill_after_millis in [0, 1, 2, 5, 10] {
        let mut child = place.command("all --days 60 --out data").spawn().unwrap();
        let begun = place.path("data.partial/ehr/2026-03-11");
        eventually("some days are written", || begun.exists());
        signal(&child, "INT");
        std::thread::sleep(std::time::Duration::from_millis(kill_after_millis));
        child.kill().unwrap();
        child.wait().unwrap();
        succeeded(&place.run("all --people 20000 --patients 9000 --days 1 --out data"));
        assert_eq!(place.names(), ["data"]);
        std::fs::remove_dir_all(place.path("data")).unwrap();
    }
}
