//! The log file of a service.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::private::create_private;

const TAIL_LINES: usize = 20;
const TAIL_BYTES: u64 = 8 * 1024;

/// Begins a new log and keeps the one before as `NAME.previous.log`, so that two runs at most fill the disk.
pub(crate) fn begin(path: &Path) -> Result<File, Error> {
    if let Some(folder) = path.parent() {
        create_private(folder)?;
    }
    match fs::rename(path, previous(path)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(Error::file("rename", path)(error));
        }
        _ => {}
    }
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(Error::file("create", path))
}

fn previous(path: &Path) -> PathBuf {
    path.with_extension("previous.log")
}

/// The last lines of a log, for an error message.
pub(crate) fn tail(path: &Path) -> String {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(last_lines(&String::from_utf8_lossy(&bytes)))
    };
    read().unwrap_or_else(|error| format!("(cannot be read: {error})"))
}

/// The last lines of what a program said.
pub(crate) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    if lines.is_empty() {
        return "(nothing)".to_owned();
    }
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn the_run_before_is_kept_and_the_tail_is_short() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logs/kafka.log");
        for run in 0..3 {
            let mut log = begin(&path).unwrap();
            for line in 0..100 {
                writeln!(log, "run {run} line {line}").unwrap();
            }
        }
        let tail = tail(&path);
        assert_eq!(tail.lines().count(), TAIL_LINES);
        assert!(tail.ends_with("run 2 line 99"));
        let kept = fs::read_to_string(previous(&path)).unwrap();
        assert!(kept.starts_with("run 1"));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 2);
    }
}
