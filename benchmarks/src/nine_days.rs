//! `benchmarks nine-days`: all that nine days bring, into an empty warehouse.
//!
//! The limit is a raw COPY of the same files, by psql, into tables of text without an index; and that of
//! the database alone a COPY of the rows that are kept of them, into tables with the same keys. Ours
//! loads the files by `batch-ingest once`, and besides what Kafka holds of the same days (events,
//! staff, departments) by `consumer run --until end`. Making the files and sending the events is not
//! measured.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use embedded::Wanted;
use serde::Deserialize;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::comparison::{Comparison, Outcome, Report, Step};
use crate::error::MeasureError;
use crate::machine::Machine;
use crate::process::{self, ProcessError};
use crate::warehouse::{Cost, Warehouse};

/// What is measured.
#[derive(Debug)]
pub struct NineDays<'n> {
    /// Scale of the data, as `generators` names it.
    pub scale: &'n str,
    /// How many days.
    pub days: u16,
    /// The folder to write to, on the disk to be measured.
    pub folder: &'n Path,
    /// Ends the measuring between two runs.
    pub shutdown: &'n CancellationToken,
}

impl NineDays<'_> {
    /// Measures; `progress` is told what comes next.
    pub fn measure(
        &self,
        runtime: &Runtime,
        mut progress: impl FnMut(&str),
    ) -> Result<Report, MeasureError> {
        let machine = Machine::this(self.folder);
        let data = self.folder.join("data");
        let days = self.days.to_string();
        let scenario = ["--scale", self.scale, "--days", &days];
        self.next(&mut progress, "making the files")?;
        let mut generate = Command::new(process::beside_this_one("generators")?);
        process::run(generate.arg("all").args(scenario).arg("--out").arg(&data))?;
        self.next(&mut progress, "starting private services")?;
        let warehouse = runtime.block_on(Warehouse::start(self.folder, Wanted::ALL))?;
        self.next(&mut progress, "sending the events")?;
        let producer = ["run", "--speed", "max"].into_iter().chain(scenario);
        warehouse.run("producer", producer)?;
        self.next(&mut progress, "raw COPY")?;
        let files = Files::of(&data)?;
        let raw = runtime.block_on(warehouse.raw_copy(&files.paths))?;
        runtime.block_on(warehouse.settle())?;
        self.next(&mut progress, "consumer")?;
        let events = warehouse.run("consumer", ["run", "--until", "end"])?;
        self.next(&mut progress, "batch-ingest")?;
        let dir = data.display().to_string();
        let lines = warehouse.run("batch-ingest", ["once", "--keep", "--dir", &dir])?;
        self.next(&mut progress, "COPY of the same rows")?;
        let keyed = runtime.block_on(warehouse.keyed_copy())?;
        runtime.block_on(warehouse.delete())?;
        Ok(Report {
            benchmark: "nine-days",
            work: format!(
                "{} days, scale {}: {} files, {} lines, {} bytes, and the events of the same days; one run",
                self.days,
                self.scale,
                files.paths.len(),
                files.lines,
                files.bytes
            ),
            machine,
            comparisons: comparisons(raw, keyed, events, lines),
            steps: steps(raw, lines, files.lines),
        })
    }

    fn next(&self, progress: &mut impl FnMut(&str), what: &str) -> Result<(), MeasureError> {
        process::unless_interrupted(self.shutdown)?;
        progress(what);
        Ok(())
    }
}

fn comparisons(raw: Cost, keyed: Cost, events: Cost, lines: Cost) -> Vec<Comparison> {
    let beside = |beside: &str, measure, theirs: f64, ours: f64, goal| Comparison {
        beside: beside.to_owned(),
        measure,
        decimals: 1,
        outcome: Outcome::Measured {
            theirs,
            ours,
            ratio: ours / theirs,
        },
        goal,
    };
    let (of_files, goal) = ("raw COPY of the same files", "at most 3");
    let of_rows = "binary COPY of what is kept, into tables with the same keys";
    let cpu_seconds = events.cpu_seconds() + lines.cpu_seconds();
    let wall_seconds = events.client.wall_seconds + lines.client.wall_seconds;
    let (cpu, wall) = ("CPU-seconds, with the database's", "wall seconds");
    vec![
        beside(of_files, cpu, raw.cpu_seconds(), cpu_seconds, goal),
        beside(of_files, wall, raw.client.wall_seconds, wall_seconds, goal),
        beside(of_rows, cpu, keyed.cpu_seconds(), cpu_seconds, "-"),
    ]
}

fn steps(raw: Cost, ours: Cost, lines: u64) -> Vec<Step> {
    #[allow(clippy::cast_precision_loss, reason = "lines of nine days")]
    let step = |name: &str, cpu_seconds: f64| Step {
        name: name.to_owned(),
        microseconds: cpu_seconds / lines as f64 * 1e6,
        wal_bytes: None,
    };
    vec![
        step("raw COPY, psql", raw.client.cpu_seconds),
        step("raw COPY, PostgreSQL", raw.services.server_cpu_seconds),
        step("batch-ingest", ours.client.cpu_seconds),
        step("batch-ingest, PostgreSQL", ours.services.server_cpu_seconds),
    ]
}

/// The files of all days, as `generators` tells of them.
#[derive(Default)]
struct Files {
    paths: Vec<PathBuf>,
    bytes: u64,
    lines: u64,
}

/// What is read of its summary.
#[derive(Deserialize)]
struct Summary {
    files: Vec<Written>,
}

#[derive(Deserialize)]
struct Written {
    name: PathBuf,
    rows: u64,
    bytes: u64,
}

impl Files {
    fn of(data: &Path) -> Result<Self, MeasureError> {
        let path = data.join("summary.json");
        let text = fs::read(&path).map_err(MeasureError::file("read", &path))?;
        let summary: Summary = serde_json::from_slice(&text)
            .map_err(|error| ProcessError::Output(error.to_string()))?;
        let files = summary.files.into_iter();
        Ok(files.fold(Self::default(), |mut all, file| {
            all.bytes += file.bytes;
            all.lines += file.rows;
            all.paths.push(data.join(file.name));
            all
        }))
    }
}
