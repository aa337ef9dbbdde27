//! `benchmarks people`: writing `people.csv`.
//!
//! The limit is the disk: `dd` writes the bytes that are there already, from memory, and both end in
//! fsync. The peers make people, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tokio_util::sync::CancellationToken;

use crate::comparison::{Comparison, Outcome, Report};
use crate::disk::beside_the_disk;
use crate::machine::Machine;
use crate::median::median;
use crate::peer::Python;
use crate::process::{self, ProcessError, Run};

/// Faker makes some thousand people a second, so it makes fewer.
const FAKER_PEOPLE: u64 = 20_000;

/// What is measured.
#[derive(Debug)]
pub struct People<'p> {
    /// How many people.
    pub count: u64,
    /// How many runs of each.
    pub runs: u32,
    /// The folder to write to, on the disk to be measured.
    pub folder: &'p Path,
    /// The binary `generators`.
    pub generators: &'p Path,
    /// The Python with the peers, where it is not that of `benchmarks/peers/setup`.
    pub python: Option<&'p Path>,
    /// Ends the measuring between two runs.
    pub shutdown: &'p CancellationToken,
}

impl People<'_> {
    /// Measures; `progress` is told what comes next.
    pub fn measure(&self, mut progress: impl FnMut(&str)) -> Result<Report, ProcessError> {
        let machine = Machine::this(self.folder);
        let mut ours = Vec::new();
        let mut copies = Vec::new();
        for number in 0..=self.runs {
            progress(&format!("generators and dd, run {number} of {}", self.runs));
            let pair = (self.generate()?, self.copy()?);
            // The first one warms up.
            if number > 0 {
                ours.push(pair.0);
                copies.push(pair.1);
            }
        }
        let bytes = fs::metadata(self.file("people.csv")).map_or(0, |found| found.len());
        let mut comparisons = vec![beside_the_disk(&ours, &copies)];
        let python = Python::find(self.python);
        let few = FAKER_PEOPLE.min(self.count);
        let faker = ("people_faker.py", &["faker"][..]);
        let numpy = ("people_numpy.py", &["numpy", "polars"][..]);
        for (name, (script, modules), count, option, goal) in [
            ("Python, Faker", faker, few, None, "at least 300"),
            (
                "Python, Faker unweighted",
                faker,
                few,
                Some("unweighted"),
                "above 1",
            ),
            (
                "Python, numpy and polars",
                numpy,
                self.count,
                None,
                "above 1",
            ),
        ] {
            progress(name);
            let script = || python.script(script, modules);
            let outcome = self.beside(&ours, (count, option), script)?;
            comparisons.push(Comparison {
                beside: format!("{name} ({count} people)"),
                measure: "people a CPU-second",
                decimals: 0,
                outcome,
                goal,
            });
        }
        for name in ["people.csv", "copy.csv", "peer.csv"] {
            let _ = fs::remove_file(self.file(name));
        }
        Ok(Report {
            benchmark: "people",
            work: format!(
                "people.csv, {} people, {bytes} bytes, medians of {} runs after a warm-up",
                self.count, self.runs
            ),
            machine,
            comparisons,
            steps: Vec::new(),
        })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn generate(&self) -> Result<Run, ProcessError> {
        let file = self.file("people.csv");
        // A file that is replaced costs its removal, too.
        let _ = fs::remove_file(&file);
        let mut command = Command::new(self.generators);
        command.args(["people", "--count", &self.count.to_string(), "--out"]);
        self.run(command.arg(file))
    }

    fn copy(&self) -> Result<Run, ProcessError> {
        let copy = self.file("copy.csv");
        let _ = fs::remove_file(&copy);
        let [from, to] = [("if", self.file("people.csv")), ("of", copy)]
            .map(|(name, file)| format!("{name}={}", file.display()));
        self.run(Command::new("dd").args([&from, &to, "bs=1M", "conv=fsync"]))
    }

    /// Our rate beside a peer's; one that is missing or breaks is named as not run.
    fn beside(
        &self,
        ours: &[Run],
        (count, option): (u64, Option<&str>),
        script: impl Fn() -> Result<Command, String>,
    ) -> Result<Outcome, ProcessError> {
        let file = self.file("peer.csv");
        let mut theirs = Vec::new();
        for _ in 0..self.runs {
            let mut command = match script() {
                Ok(command) => command,
                Err(reason) => return Ok(Outcome::NotRun { reason }),
            };
            let _ = fs::remove_file(&file);
            match self.run(command.arg(count.to_string()).arg(&file).args(option)) {
                Ok(run) => theirs.push(run),
                Err(ProcessError::Interrupted) => return Err(ProcessError::Interrupted),
                Err(error) => {
                    let reason = error.to_string();
                    return Ok(Outcome::NotRun { reason });
                }
            }
        }
        let theirs = rate(count, &theirs);
        let ours = rate(self.count, ours);
        Ok(Outcome::Measured {
            theirs,
            ours,
            ratio: ours / theirs,
        })
    }

    fn run(&self, command: &mut Command) -> Result<Run, ProcessError> {
        process::unless_interrupted(self.shutdown)?;
        process::run(command)
    }
}

/// People a CPU-second, by the median run.
#[expect(clippy::cast_precision_loss, reason = "people are fewer than 2^53")]
fn rate(count: u64, runs: &[Run]) -> f64 {
    let cpu = median(runs.iter().map(|it| it.cpu_seconds));
    count as f64 / cpu.unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STUB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/generators-stub");

    fn measure(count: u64, shutdown: &CancellationToken) -> Result<Report, ProcessError> {
        let folder = tempfile::tempdir().unwrap();
        let people = People {
            count,
            runs: 2,
            folder: folder.path(),
            generators: Path::new(STUB),
            python: Some(Path::new("/no/python")),
            shutdown,
        };
        people.measure(|_| {})
    }

    #[test]
    fn ours_is_paired_with_dd_and_missing_peers_are_named() {
        let report = measure(7, &CancellationToken::new()).unwrap();
        assert!(report.work.contains("7 people, 6 bytes"), "{}", report.work);
        let [disk, peers @ ..] = report.comparisons.as_slice() else {
            panic!("nothing was compared");
        };
        assert!(matches!(disk.outcome, Outcome::Measured { ratio, .. } if ratio > 0.0));
        assert_eq!(peers.len(), 3);
        for peer in peers {
            let is_told = |reason: &str| reason.contains("benchmarks/peers/setup");
            assert!(matches!(&peer.outcome, Outcome::NotRun { reason } if is_told(reason)));
        }
    }

    #[test]
    fn a_generator_that_fails_or_is_interrupted_gives_no_report() {
        let token = CancellationToken::new();
        assert!(matches!(
            measure(1, &token),
            Err(ProcessError::Failed { .. })
        ));
        assert!(matches!(
            measure(130, &token),
            Err(ProcessError::Interrupted)
        ));
        token.cancel();
        assert!(matches!(measure(7, &token), Err(ProcessError::Interrupted)));
    }
}
