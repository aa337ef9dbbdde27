//! `benchmarks ehr`: writing the hospitals' daily extracts.
//!
//! The limit is the disk: `dd` writes as many bytes into one file, and ends in fsync; ours are many
//! files, and it ends when the disk has them all. There is no peer: nothing else makes extracts that agree with events.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tokio_util::sync::CancellationToken;

use crate::comparison::Report;
use crate::disk::beside_the_disk;
use crate::machine::Machine;
use crate::process::{self, ProcessError, Run};

const MEBIBYTE: u64 = 1 << 20;

/// What is measured.
#[derive(Debug)]
pub struct Ehr<'e> {
    /// Scale of the data, as `generators` names it.
    pub scale: &'e str,
    /// How many days.
    pub days: u16,
    /// How many runs of each.
    pub runs: u32,
    /// The folder to write to, on the disk to be measured.
    pub folder: &'e Path,
    /// The binary `generators`.
    pub generators: &'e Path,
    /// Ends the measuring between two runs.
    pub shutdown: &'e CancellationToken,
}

impl Ehr<'_> {
    /// Measures; `progress` is told what comes next.
    pub fn measure(&self, mut progress: impl FnMut(&str)) -> Result<Report, ProcessError> {
        let machine = Machine::this(self.folder);
        let (mut ours, mut copies, mut bytes) = (Vec::new(), Vec::new(), 0);
        for number in 0..=self.runs {
            progress(&format!("generators and dd, run {number} of {}", self.runs));
            let made = self.generate()?;
            bytes = bytes_below(&self.extracts());
            let copied = self.copy(bytes)?;
            // The first one warms up.
            if number > 0 {
                ours.push(made);
                copies.push(copied);
            }
        }
        self.clear();
        Ok(Report {
            benchmark: "ehr",
            work: format!(
                "{} days of extracts, scale {}, {bytes} bytes, medians of {} runs after a warm-up",
                self.days, self.scale, self.runs
            ),
            machine,
            comparisons: vec![beside_the_disk(&ours, &copies)],
            steps: Vec::new(),
        })
    }

    fn extracts(&self) -> PathBuf {
        self.folder.join("extracts")
    }

    fn generate(&self) -> Result<Run, ProcessError> {
        self.clear();
        let mut command = Command::new(self.generators);
        command.args([
            "ehr",
            "--scale",
            self.scale,
            "--days",
            &self.days.to_string(),
        ]);
        self.run(command.arg("--out").arg(self.extracts()))
    }

    fn copy(&self, bytes: u64) -> Result<Run, ProcessError> {
        let count = format!("count={}", bytes.div_ceil(MEBIBYTE));
        let to = format!("of={}", self.folder.join("copy").display());
        self.run(Command::new("dd").args(["if=/dev/zero", &to, "bs=1M", &count, "conv=fsync"]))
    }

    /// A file that is replaced costs its removal, too.
    fn clear(&self) {
        let _ = fs::remove_dir_all(self.extracts());
        let _ = fs::remove_file(self.folder.join("copy"));
    }

    fn run(&self, command: &mut Command) -> Result<Run, ProcessError> {
        process::unless_interrupted(self.shutdown)?;
        process::run(command)
    }
}

/// How many bytes the files below a folder have.
fn bytes_below(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => bytes_below(&entry.path()),
            Ok(found) => found.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_through_folders() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::write(folder.path().join("a/b/c"), "12345").unwrap();
        fs::write(folder.path().join("d"), "678").unwrap();
        assert_eq!(bytes_below(folder.path()), 8);
    }
}
