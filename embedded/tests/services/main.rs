//! The private services, for real: started, found again, troubled, and gone when they should be.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod cache;
mod death;
mod faults;
mod holder;
mod lifecycle;
mod missing;
mod wire;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use embedded::{Durability, Home, Machine, Options, Wanted};

/// A folder for a home that is opened more than once; deleted with the services' data in the end.
struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        // As people name their folders.
        self.folder.path().join("Müllers home")
    }

    fn home(&self) -> Home {
        Home::open(&self.path()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let deleted = Home::open(&self.path()).and_then(|home| home.delete_services());
        if let Err(error) = deleted {
            assert!(std::thread::panicking(), "not deleted: {error}");
        }
    }
}

/// What tests start services with.
fn options(wanted: Wanted) -> Options {
    Options {
        wanted,
        durability: Durability::Off,
        machine: Machine::from_environment().unwrap(),
        kafka_tls: None,
    }
}

/// A program that is this script.
fn write_program(path: &Path, script: &str) {
    fs::write(path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Waits until it is so.
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether the process runs; one that has ended and that nobody has waited for does not.
fn runs(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, fields)| !fields.starts_with(['Z', 'X']))
}

/// The state letter of a process: `T` is stopped.
fn state(pid: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// The children of a process.
fn children(pid: u32) -> Vec<u32> {
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|child: &u32| {
            let stat = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            stat.rsplit_once(") ")
                .and_then(|(_, fields)| fields.split(' ').nth(1)?.parse().ok())
                == Some(pid)
        })
        .collect()
}
