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

/// The limit's signal is ignored, as where a service manager sets it, so that the write fails.
#[test]
fn a_write_that_fails_is_told_and_leaves_nothing() {
    let place = Workplace::new();
    let script = "trap '' XFSZ; ulimit -f 2048; exec \"$@\"";
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

/// The kill of a process that the limit's signal ends is one like any other.
#[test]
fn a_signal_of_the_limit_leaves_an_unfinished_file_at_most() {
    let place = Workplace::new();
    let script = "ulimit -f 2048; exec \"$@\"";
    let mut command = Command::new("sh");
    command
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_generators")])
        .args("people --count 50000 --out p.csv".split(' '))
        .current_dir(place.path(""))
        .stdin(Stdio::null());
    clean(&mut command);
    assert!(!command.output().unwrap().status.success());
    assert!(!place.names().contains(&"p.csv".to_owned()));
}
