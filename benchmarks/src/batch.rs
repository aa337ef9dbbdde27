//! `benchmarks batch`: taking a daily snapshot into the warehouse.
//!
//! The limit is a raw COPY of the same files, by psql, into tables of text without an index. Ours reads
//! the files, checks hash and number of lines, judges and compares each line, keeps a compressed copy,
//! and writes silver, the vault and gold of what changed. Processor time is that of both programs with
//! the database on their behalf.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use embedded::Wanted;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::comparison::{Comparison, Outcome, Report, Step};
use crate::error::MeasureError;
use crate::machine::Machine;
use crate::process::{self, ProcessError};
use crate::warehouse::{Cost, Warehouse};

/// The files that are measured: each has all patients of a hospital, of whom about 2 % change in a day.
const SNAPSHOT: &str = "patients.csv";

/// What is measured.
#[derive(Debug)]
pub struct Batch<'b> {
    /// Scale of the data, as `generators` names it.
    pub scale: &'b str,
    /// How many days after the first one.
    pub days: u16,
    /// The folder to write to, on the disk to be measured.
    pub folder: &'b Path,
    /// Ends the measuring between two runs.
    pub shutdown: &'b CancellationToken,
}

/// A day that was taken.
struct Day {
    lines: f64,
    raw: Cost,
    ours: Cost,
}

impl Batch<'_> {
    /// Measures; `progress` is told what comes next.
    pub fn measure(
        &self,
        runtime: &Runtime,
        mut progress: impl FnMut(&str),
    ) -> Result<Report, MeasureError> {
        let machine = Machine::this(self.folder);
        progress("making the extracts");
        let extracts = self.generate()?;
        progress("starting a private PostgreSQL");
        let warehouse = runtime.block_on(Warehouse::start(self.folder, Wanted::POSTGRES))?;
        let mut days = Vec::new();
        for (number, day) in folders(&extracts.join("ehr"))?.iter().enumerate() {
            progress(&format!("day {} of {}", number + 1, self.days + 1));
            process::unless_interrupted(self.shutdown)?;
            days.push(self.take(runtime, &warehouse, day)?);
        }
        runtime.block_on(warehouse.delete())?;
        let Some((first, later)) = days.split_first() else {
            return Err(MeasureError::Missing("a day"));
        };
        Ok(Report {
            benchmark: "batch",
            work: format!(
                "{SNAPSHOT} of all hospitals, scale {}, {} lines a day; medians of {} days with 2 % changed \
                 lines, after a first day that was loaded into an empty warehouse",
                self.scale,
                first.lines,
                later.len()
            ),
            machine,
            comparisons: vec![
                beside_raw_copy("a day with 2 % changes", later, "at most 2"),
                beside_raw_copy("the first day", std::slice::from_ref(first), "-"),
            ],
            steps: [
                ("first day", std::slice::from_ref(first)),
                ("2 % changes", later),
            ]
            .into_iter()
            .flat_map(|(name, days)| steps(name, days))
            .collect(),
        })
    }

    fn generate(&self) -> Result<PathBuf, MeasureError> {
        let extracts = self.folder.join("extracts");
        let days = (self.days + 1).to_string();
        let mut command = Command::new(process::beside_this_one("generators")?);
        command.args(["ehr", "--scale", self.scale, "--days", &days]);
        process::run(command.arg("--out").arg(&extracts))?;
        Ok(extracts)
    }

    fn take(
        &self,
        runtime: &Runtime,
        warehouse: &Warehouse,
        day: &Path,
    ) -> Result<Day, MeasureError> {
        let files: Vec<PathBuf> = folders(day)?.iter().map(|it| it.join(SNAPSHOT)).collect();
        let raw = runtime.block_on(warehouse.raw_copy(&files))?;
        let landing = self.folder.join("landing");
        let lines = deliver_snapshots(day, &landing)?;
        runtime.block_on(warehouse.settle())?;
        let ours = warehouse.run(
            "batch-ingest",
            ["once", "--dir", &landing.display().to_string()],
        )?;
        #[allow(clippy::cast_precision_loss, reason = "lines of a day")]
        let lines = lines as f64;
        Ok(Day { lines, raw, ours })
    }
}

/// Moves all hospitals' snapshots of a day into the landing folder; tells how many lines they have.
pub(crate) fn deliver_snapshots(day: &Path, landing: &Path) -> Result<u64, MeasureError> {
    let delivered = folders(day)?;
    delivered.iter().map(|it| deliver(it, day, landing)).sum()
}

/// Moves a hospital's snapshot into the landing folder, with a manifest that names nothing else; tells
/// how many lines it has.
fn deliver(hospital: &Path, day: &Path, landing: &Path) -> Result<u64, MeasureError> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_owned();
    let to = landing.join(name(day)).join(name(hospital));
    fs::create_dir_all(&to).map_err(MeasureError::file("make", &to))?;
    let manifest = hospital.join("manifest.json");
    let text = fs::read(&manifest).map_err(MeasureError::file("read", &manifest))?;
    let mut said: Value =
        serde_json::from_slice(&text).map_err(|error| ProcessError::Output(error.to_string()))?;
    let mut lines = 0;
    if let Some(files) = said["files"].as_array_mut() {
        files.retain(|file| file["name"] == SNAPSHOT);
        lines = files.iter().filter_map(|file| file["rows"].as_u64()).sum();
    }
    let (from, file) = (hospital.join(SNAPSHOT), to.join(SNAPSHOT));
    fs::rename(&from, &file).map_err(MeasureError::file("move", &from))?;
    let manifest = to.join("manifest.json");
    fs::write(&manifest, said.to_string()).map_err(MeasureError::file("write", &manifest))?;
    Ok(lines)
}

/// The folders in a folder, by name.
pub(crate) fn folders(parent: &Path) -> Result<Vec<PathBuf>, MeasureError> {
    let entries = fs::read_dir(parent).map_err(MeasureError::file("read", parent))?;
    let paths = entries.flatten().map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

fn beside_raw_copy(name: &str, days: &[Day], goal: &'static str) -> Comparison {
    let pairs = days.iter();
    let pairs = pairs.map(|day| (day.raw.cpu_seconds(), day.ours.cpu_seconds()));
    Comparison {
        beside: format!("raw COPY of the same files, {name}"),
        measure: "CPU-seconds, with the database's",
        decimals: 2,
        outcome: Outcome::of_pairs(pairs),
        goal,
    }
}

/// Microseconds of processor a line, by who used it.
fn steps(name: &str, days: &[Day]) -> Vec<Step> {
    let step = |who: &str, seconds: fn(&Day) -> f64| {
        let days = days.iter().map(|day| seconds(day) / day.lines);
        Step::of_processor(format!("{name}: {who}"), days)
    };
    vec![
        step("raw COPY, psql", |day| day.raw.client.cpu_seconds),
        step("raw COPY, PostgreSQL", |day| {
            day.raw.services.server_cpu_seconds
        }),
        step("batch-ingest", |day| day.ours.client.cpu_seconds),
        step("batch-ingest, PostgreSQL", |day| {
            day.ours.services.server_cpu_seconds
        }),
    ]
}
