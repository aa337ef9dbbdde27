//! What cannot be done is told at once, with what to do, and leaves nothing behind.

use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::net::UnixListener;

use crate::command::{Workplace, complaint};

#[test]
fn counts_that_cannot_be_are_refused() {
    let place = Workplace::new();
    for (count, words) in [
        (0, "give a count of 1 or more"),
        (700_000_000, "ID numbers"),
        (2_000_000_000, "ID numbers"),
        (u64::MAX, "ID numbers"),
    ] {
        let told = complaint(&place.run(&format!("people --count {count} --out p.csv")));
        println!("--count {count}: {told}");
        assert!(told.contains(words), "{told}");
    }
    assert!(place.names().is_empty());
}

#[test]
fn arguments_that_mean_nothing_are_a_matter_of_usage() {
    let place = Workplace::new();
    for arguments in [
        "people --count -1",
        "people --count many",
        "people --threads 0",
        "people --threads 1000",
        "people --start 2026-02-30",
        "people --compress gzip",
        "peoples",
    ] {
        assert_eq!(place.run(arguments).status.code(), Some(2), "{arguments}");
    }
    assert!(place.names().is_empty());
}

#[test]
fn a_place_that_takes_no_file_is_told() {
    let place = Workplace::new();
    std::fs::write(place.path("file"), "").unwrap();
    std::fs::create_dir(place.path("folder")).unwrap();
    let _socket = UnixListener::bind(place.path("socket")).unwrap();
    let before = place.names();
    for (out, words) in [
        ("nowhere/p.csv", "make the folder"),
        ("file/p.csv", "a part of the path is a file"),
        ("folder", "is a folder, no file"),
        ("socket", "is a device or pipe, no file"),
        ("..", "names no file"),
        // Root may write everywhere but here.
        ("/proc/p.csv", "/proc"),
    ] {
        let told = complaint(&place.run(&format!("people --count 10 --out {out}")));
        println!("--out {out}: {told}");
        assert!(told.contains(words), "{out}: {told}");
    }
    let not_utf8 = std::ffi::OsString::from_vec(b"p\xff.csv".to_vec());
    let mut command = place.command("people --count 10 --out");
    let told = complaint(&command.arg(not_utf8).output().unwrap());
    assert!(told.contains("not UTF-8"), "{told}");
    assert_eq!(place.names(), before);
}

#[test]
fn a_start_that_files_cannot_tell_is_refused() {
    let place = Workplace::new();
    for start in ["1899-12-31", "2301-01-01", "0001-01-01", "+10000-01-01"] {
        let told = complaint(&place.run(&format!("people --count 10 --start={start}")));
        assert!(told.contains("1900 to 2300"), "{told}");
    }
    assert!(place.names().is_empty());
}
