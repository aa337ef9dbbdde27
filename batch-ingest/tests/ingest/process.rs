//! `batch-ingest` as a process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::place::Place;

fn demo_key() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo-pseudonym.key")
}

/// The process over a place, with further arguments.
pub(crate) fn batch_ingest(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batch-ingest"));
    command
        .args(arguments)
        .env("DATABASE_URL", &place.settings.database_url)
        .env("LANDING_DIR", place.landing())
        .env("ARCHIVE_DIR", &place.settings.archive)
        .env("PSEUDONYM_KEY_FILE", demo_key())
        .env("BATCH_SETTLE_SECONDS", "0")
        .env("WARDFLOW_HOME", place.path("home"))
        .env_remove("BATCH_MIN_FILES")
        .env_remove("BATCH_INTERVAL_MINUTES")
        .env_remove("BATCH_BAD_LINES_MAX_PERCENT")
        .env_remove("KAFKA_PARTITIONS")
        .env_remove("RUST_LOG")
        .env_remove("LOG_FORMAT")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub(crate) fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_child(child);
    kill_process(pid, signal).unwrap();
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What it tells on stdout as JSON.
pub(crate) fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(output)))
}
