//! The jars are fetched whole or not at all, and once.

use std::fs;
use std::path::Path;
use std::thread;

use embedded::{Error, Machine, fetch_jars};

use crate::write_program;

/// A machine whose Maven is this script, with an empty cache. `$into` is where the jars should go.
fn machine(folder: &Path, script: &str) -> Machine {
    let maven = folder.join("mvn");
    let text = format!(
        "#!/bin/sh\n\
         for argument; do case $argument in -Dinto=*) into=${{argument#-Dinto=}} ;; esac; done\n\
         echo run >> '{}/runs'\n\
         {script}\n",
        folder.display()
    );
    write_program(&maven, &text);
    let path = [folder.to_owned(), "/usr/bin".into(), "/bin".into()];
    Machine {
        path: std::env::join_paths(path).unwrap(),
        cache: folder.join("cache"),
        ..Machine::from_environment().unwrap()
    }
}

fn runs(folder: &Path) -> usize {
    let runs = fs::read_to_string(folder.join("runs")).unwrap_or_default();
    runs.lines().count()
}

#[test]
fn a_fetch_that_fails_half_way_is_not_taken_for_a_whole_one() {
    let folder = tempfile::tempdir().unwrap();
    let failing = machine(
        folder.path(),
        "touch $into/half.jar; echo no network; exit 1",
    );
    for run in 1..=2 {
        let error = fetch_jars(&failing).unwrap_err();
        assert!(matches!(error, Error::Fetch { .. }));
        let text = error.to_string();
        assert!(
            text.contains("kafka 4.3.1") && text.contains("no network"),
            "{text}"
        );
        assert_eq!(runs(folder.path()), run);
    }
    let mended = machine(folder.path(), "touch $into/whole.jar");
    let jars = fetch_jars(&mended).unwrap();
    for folder in [&jars.kafka, &jars.registry] {
        assert!(folder.join("whole.jar").exists());
        assert!(!folder.join("half.jar").exists());
    }
    assert_eq!(runs(folder.path()), 4);
    fetch_jars(&mended).unwrap();
    assert_eq!(runs(folder.path()), 4, "fetched although it is there");
    let mut left: Vec<_> = fs::read_dir(&mended.cache)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    left.sort();
    assert_eq!(left, [jars.registry, jars.kafka, mended.cache.join("lock")]);
}

#[test]
fn two_at_once_fetch_once() {
    let folder = tempfile::tempdir().unwrap();
    let slow = machine(folder.path(), "sleep 0.3; touch $into/whole.jar");
    let both: Vec<_> = [slow.clone(), slow]
        .map(|machine| thread::spawn(move || fetch_jars(&machine).unwrap()))
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    assert_eq!(both[0], both[1]);
    assert_eq!(
        runs(folder.path()),
        2,
        "one run for each of the two bundles"
    );
}
