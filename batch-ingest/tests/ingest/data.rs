//! Some days of two small hospitals, clean and dirty, written once a run.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use domain::event::AdtEvent;
use generators::dataset::{self, Contents, Progress};
use generators::fault::Rates;
use generators::flow::{Length, Simulation};
use generators::output::{Compression, Writing, Written};
use generators::scale::Scale;
use generators::scenario::Scenario;
use generators::trial;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub(crate) const DAYS: u16 = 3;

/// Both are in the default network, with the departments that they have here.
pub(crate) const HOSPITALS: [&str; 2] = ["ALEX", "ROSEBANK"];

pub(crate) const KINDS: [&str; 6] = [
    "patients",
    "encounters",
    "diagnoses",
    "procedures",
    "medications",
    "charges",
];

/// Extracts and their events.
pub(crate) struct Data {
    folder: TempDir,
    pub(crate) events: Vec<AdtEvent>,
}

/// A file of a day and hospital.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileName {
    pub(crate) date: String,
    pub(crate) hospital: &'static str,
    /// Its place in [`KINDS`]: files are loaded in this order.
    pub(crate) kind: usize,
}

impl FileName {
    pub(crate) fn of(day: u16, hospital: &'static str, kind: &str) -> Self {
        Self {
            date: date(day),
            hospital,
            kind: KINDS.iter().position(|it| *it == kind).unwrap(),
        }
    }

    pub(crate) fn csv(&self) -> String {
        format!("{}.csv", KINDS[self.kind])
    }

    /// The folder of its day and hospital.
    pub(crate) fn folder(&self) -> PathBuf {
        Path::new(&self.date).join(self.hospital)
    }
}

/// A day, from 0.
pub(crate) fn date(day: u16) -> String {
    format!("2026-03-{:02}", day + 2)
}

/// Clean data.
pub(crate) fn clean() -> &'static Data {
    static CLEAN: OnceLock<Data> = OnceLock::new();
    CLEAN.get_or_init(|| Data::write(Rates::default()))
}

/// Data with three percent of each class of fault that a line can have.
pub(crate) fn dirty() -> &'static Data {
    static DIRTY: OnceLock<Data> = OnceLock::new();
    DIRTY.get_or_init(|| {
        let classes = [
            "missing_admission_time",
            "invalid_age",
            "age_over_100",
            "future_timestamp",
            "wrong_time_format",
            "discharge_before_admission",
            "unknown_department",
            "bad_id_check_digit",
            "missing_patient",
        ];
        let rates = classes.map(|class| format!("{class} = 3\n")).concat();
        Data::write(Rates::parse(&rates).unwrap())
    })
}

impl Data {
    fn write(faults: Rates) -> Self {
        let simulation = simulation(faults);
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("data");
        let writing = Writing::new(1, Compression::None, CancellationToken::new());
        let what = (Contents::Extracts, DAYS);
        dataset::write(&simulation, what, &writing, &target, &mut Silent).unwrap();
        let registry = simulation.registry().unwrap();
        let staff = simulation.staff().unwrap();
        let events = simulation.events(&registry, &staff, Length::Days(DAYS));
        let events = events.unwrap().collect();
        Self { folder, events }
    }

    /// Where a file or manifest lies.
    pub(crate) fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join("data/ehr").join(below)
    }

    /// Where the ground truth lies.
    pub(crate) fn truth(&self) -> PathBuf {
        self.folder.path().join("data/ground_truth.csv")
    }

    /// All files, in the order in which hospitals send them.
    pub(crate) fn files(&self) -> Vec<FileName> {
        let mut files = Vec::new();
        for day in 0..DAYS {
            for hospital in HOSPITALS {
                let of_kind = |kind: &&str| FileName::of(day, hospital, kind);
                files.extend(KINDS.iter().map(of_kind));
            }
        }
        for file in &files {
            assert!(self.path(file.folder().join(file.csv())).is_file());
        }
        files
    }
}

/// A simulation of both hospitals.
pub(crate) fn simulation(faults: Rates) -> Simulation {
    let network = trial::network_toml();
    let hospital = network.find("[[hospital]]").unwrap();
    let other = network[hospital..].replace("ROSEBANK", "ALEX");
    let network = format!("{network}{other}");
    let start = "2026-03-02".parse().unwrap();
    let mut scenario = Scenario::new(42, start, Scale::Quick, Some(&network)).unwrap();
    scenario.people = 4_000;
    scenario.patients = 700;
    scenario.faults = faults;
    Simulation::new(scenario).unwrap()
}

struct Silent;

impl Progress for Silent {
    fn begin(&mut self, _: u64) {}
    fn add(&mut self, _: u64) {}
    fn end(&mut self, _: &[Written]) {}
}
