//! A home of one test's own, in which the command starts services as it does for a user.

use std::path::{Path, PathBuf};

use embedded::Home;
use rustix::process::{Pid, Signal, kill_process};

use super::process::{eventually, of_home};

/// The folder of a home; the data of its services goes with it.
pub(super) struct TestHome {
    folder: tempfile::TempDir,
}

impl TestHome {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    /// Where the command works: nothing there, so no `.env` either.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// What a file of the home holds, once it holds something.
    pub(super) fn text_of(&self, file: &str) -> String {
        let read = || std::fs::read_to_string(self.path().join(file)).unwrap_or_default();
        eventually(file, || !read().is_empty());
        read()
    }

    /// The process of a service of this home.
    pub(super) fn pid_of(&self, service: &str) -> Pid {
        let noted = self.text_of(&format!("run/{service}.pid"));
        let pid = noted.split(' ').next().unwrap();
        Pid::from_raw(pid.parse().unwrap()).unwrap()
    }

    /// Which processes `up` keeps running; each of them does.
    pub(super) fn kept(&self) -> [Pid; 4] {
        let supervisor = self.text_of("supervisor.pid").trim().parse().unwrap();
        let kept = [
            Pid::from_raw(supervisor).unwrap(),
            self.pid_of("postgres"),
            self.pid_of("kafka"),
            self.pid_of("registry"),
        ];
        for pid in kept {
            let pid = pid.as_raw_nonzero().get().cast_unsigned();
            assert!(embedded::is_running(pid), "{pid} of {kept:?}");
        }
        kept
    }

    /// A crash of a service.
    pub(super) fn kill(&self, service: &str) {
        kill_process(self.pid_of(service), Signal::KILL).unwrap();
    }

    /// Nothing of the services or the command is left.
    pub(super) fn assert_nothing_runs(&self) {
        assert_eq!(of_home(&self.path()), Vec::<String>::new());
    }

    /// The same for services whose parent was killed: they end by themselves.
    pub(super) fn await_nothing_runs(&self) {
        eventually("nothing runs", || of_home(&self.path()).is_empty());
    }
}

impl Drop for TestHome {
    fn drop(&mut self) {
        // A refused command makes no home.
        if self.path().exists() {
            let deleted = Home::open(&self.path()).and_then(|home| home.delete_services());
            if let Err(error) = deleted {
                assert!(std::thread::panicking(), "not deleted: {error}");
            }
        }
    }
}
