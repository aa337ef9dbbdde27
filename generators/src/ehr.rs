//! The daily extracts of the hospitals' records: a full snapshot of each hospital's patients, and what
//! happened on the day, in agreement with the flow of events.

mod clinical;
mod day;
mod journal;
mod presence;
mod sheet;
mod snapshot;

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::fault::{Fault, FileFaults, GroundTruth, Place};
use crate::flow::{Simulation, Tally, Teller};
use crate::output::{self, OutputError, Row, Rows, Writing, Written};
use crate::population::TableError;
use crate::registry::Registry;
use crate::scenario::ScenarioError;
use crate::staff::{Staff, StaffError};
use clinical::Clinic;
use day::{Day, DaySheets, LineCounts, Sources};
use journal::Journal;
use sheet::Sheet;

/// Version of the form of the files.
const SCHEMA_VERSION: u32 = 1;

/// Rows of a snapshot that are made at once: about 800 kB.
const CHUNK_ROWS: u64 = 4_096;

/// Bytes of the other files of a day, for each arrival of a day: with room to spare.
const BYTES_AN_ARRIVAL: u64 = 8_000;

/// Extracts that cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EhrError {
    /// The scenario is impossible.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// Staff are not planned for so long.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// A file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// An embedded table is damaged.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The last day is beyond the calendar.
    #[error("there is no day {days} days after {start}; begin earlier")]
    Calendar {
        /// The first day.
        start: NaiveDate,
        /// How many days.
        days: u16,
    },
}

/// What a folder holds, written last.
#[derive(Debug, Serialize)]
struct Manifest<'m> {
    schema_version: u32,
    hospital_code: &'m str,
    date: String,
    extracted_at: String,
    files: &'m [Written],
}

/// The folder of a day and hospital.
#[derive(Debug)]
struct Target {
    folder: PathBuf,
    /// The folder below that of all files.
    name: String,
    hospital: usize,
    date: NaiveDate,
    extracted_at: DateTime<Utc>,
}

/// The extracts of a scenario.
#[derive(Debug)]
pub struct Extracts<'r> {
    simulation: &'r Simulation,
    sources: Sources<'r>,
    journal: Journal,
    /// By hospital and encounter.
    counts: Vec<Vec<LineCounts>>,
    days: u16,
}

impl<'r> Extracts<'r> {
    /// The extracts of so many days; simulates them.
    pub fn new(
        simulation: &'r Simulation,
        registry: &'r Registry<'r>,
        staff: &'r Staff<'r>,
        (days, shutdown): (u16, &CancellationToken),
    ) -> Result<Self, EhrError> {
        let scenario = simulation.scenario();
        // There must be staff for all days.
        staff.day_after(days.into())?;
        let journal = Journal::new(simulation, registry, (days, shutdown))?;
        let counts = journal
            .courses
            .iter()
            .map(|it| vec![LineCounts::default(); it.len()]);
        let teller = Teller::new(registry, staff, scenario);
        Ok(Self {
            sources: Sources {
                network: &scenario.network,
                registry,
                teller,
                clinic: Clinic::embedded()?,
            },
            counts: counts.collect(),
            journal,
            simulation,
            days,
        })
    }

    /// What the flow counted.
    pub fn tally(&self) -> &Tally {
        &self.journal.tally
    }

    /// About how many bytes all of them will have, a little more rather than less.
    pub fn estimate_bytes(&self) -> u64 {
        let registry = self.sources.registry;
        let mut out = Vec::new();
        let sample = registry.size(0).min(CHUNK_ROWS);
        for number in 0..sample {
            snapshot::write(&registry.patient(0, number), &mut out);
        }
        let patients: u64 = (0..registry.hospitals()).map(|it| registry.size(it)).sum();
        let snapshot = out.len() as u64 * patients / sample.max(1);
        let stays: u64 = self.journal.courses.iter().map(|it| it.len() as u64).sum();
        u64::from(self.days) * (snapshot + snapshot / 50) + stays * BYTES_AN_ARRIVAL
    }

    /// Writes all of them below a folder, and their faults to the ground truth; tells `progress` of the
    /// bytes.
    pub fn write(
        &mut self,
        writing: &Writing,
        folder: &Path,
        mut truth: Option<&mut GroundTruth<'_>>,
        mut progress: impl FnMut(u64),
    ) -> Result<Vec<Written>, EhrError> {
        let mut written = Vec::new();
        for number in 0..self.days {
            for hospital in 0..self.sources.registry.hospitals() {
                let day = (number, hospital);
                let files = self.write_day(writing, folder, day, truth.as_deref_mut())?;
                progress(files.iter().map(|it| it.bytes).sum());
                written.extend(files);
            }
        }
        Ok(written)
    }

    fn write_day(
        &mut self,
        writing: &Writing,
        folder: &Path,
        (number, hospital): (u16, usize),
        mut truth: Option<&mut GroundTruth<'_>>,
    ) -> Result<Vec<Written>, EhrError> {
        let (date, day) = self.day(number, hospital)?;
        let target = Target::new(self, folder, (date, day), hospital);
        output::make_folder(&target.folder)?;
        let mut files = vec![self.write_snapshot(writing, &target, day, truth.as_deref_mut())?];
        for mut sheet in self.sheets(hospital, day) {
            let faults = self.faults_of(&target, sheet.name, sheet.header);
            for (line, fault) in faults.spoil_all(&mut sheet.text) {
                target.tell(truth.as_deref_mut(), sheet.name, line, fault)?;
            }
            files.push(output::write_whole(
                writing,
                (&target.folder, sheet.name),
                (sheet.text, sheet.rows),
            )?);
        }
        let manifest = Manifest {
            schema_version: SCHEMA_VERSION,
            hospital_code: self.sources.registry.hospital_code(hospital),
            date: date.to_string(),
            extracted_at: target
                .extracted_at
                .to_rfc3339_opts(SecondsFormat::Secs, true),
            files: &files,
        };
        output::write_json(writing, (&target.folder, "manifest.json"), &manifest)?;
        for file in &mut files {
            file.name = format!("{}/{}", target.name, file.name);
        }
        Ok(files)
    }

    /// What happened in a hospital on a day.
    fn sheets(&mut self, hospital: usize, day: Day) -> impl Iterator<Item = Sheet> + use<> {
        let mut sheets = DaySheets::new();
        let courses = self.journal.courses[hospital]
            .iter()
            .zip(&mut self.counts[hospital]);
        for (course, counts) in courses {
            if course.is_open_within(day.begins_seconds, day.ends_seconds) {
                sheets.add(&self.sources, course, day, counts);
            }
        }
        sheets.into_sheets()
    }

    fn write_snapshot(
        &self,
        writing: &Writing,
        target: &Target,
        day: Day,
        mut truth: Option<&mut GroundTruth<'_>>,
    ) -> Result<Written, OutputError> {
        let hospital = target.hospital;
        let registry = self.sources.registry;
        let seed = registry.population().seed();
        let end = (i64::from(day.number), day.ends_seconds);
        let faults = self.faults_of(target, snapshot::NAME, snapshot::HEADER);
        let rows = Rows {
            header: snapshot::HEADER,
            count: registry.size(hospital),
            in_chunk: CHUNK_ROWS,
            write: |number, out: &mut Vec<u8>| {
                let patient = registry.patient(hospital, number);
                let row = patient.person().row();
                let who = (seed, hospital, number);
                if !presence::is_registered(&self.journal, who, row, end) {
                    return Row::Absent;
                }
                let begins = out.len();
                snapshot::write(&patient.after(day.ends_seconds - 1), out);
                let fault = faults.spoil_last(number, out, begins);
                fault.map_or(Row::Clean, Row::Faulty)
            },
        };
        let tell = |line, fault| target.tell(truth.as_deref_mut(), snapshot::NAME, line, fault);
        output::write_dirty_rows(
            writing,
            (&target.folder, snapshot::NAME),
            &rows,
            tell,
            |_| {},
        )
    }

    fn faults_of<'f>(&'f self, target: &Target, name: &'f str, header: &'f str) -> FileFaults<'f> {
        let scenario = self.simulation.scenario();
        let place = Place {
            name,
            header,
            hospital: target.hospital,
            date: target.date,
            extracted_at: target.extracted_at,
        };
        FileFaults::new(scenario.faults, scenario.seed, &scenario.network, place)
    }

    /// A day of a hospital, by its own clock.
    fn day(&self, number: u16, hospital: usize) -> Result<(NaiveDate, Day), EhrError> {
        let calendar = self.sources.registry.calendar();
        let start = self.simulation.scenario().start;
        let date_of = |days: u16| {
            let date = calendar.date_of_day(days.into());
            date.ok_or(EhrError::Calendar { start, days })
        };
        let (date, next) = (date_of(number)?, date_of(number + 1)?);
        let day = Day {
            number,
            begins_seconds: calendar.begins(hospital, date),
            ends_seconds: calendar.begins(hospital, next),
        };
        Ok((date, day))
    }
}

impl Target {
    fn new(
        extracts: &Extracts<'_>,
        folder: &Path,
        (date, day): (NaiveDate, Day),
        hospital: usize,
    ) -> Self {
        let code = extracts.sources.registry.hospital_code(hospital);
        let name = format!("ehr/{date}/{code}");
        Self {
            folder: folder.join(&name),
            name,
            hospital,
            date,
            extracted_at: extracts.sources.teller.moment(day.ends_seconds),
        }
    }

    /// Tells a fault of a file, where anybody wants to know.
    fn tell(
        &self,
        truth: Option<&mut GroundTruth<'_>>,
        file: &str,
        line: u64,
        fault: Fault,
    ) -> Result<(), OutputError> {
        truth.map_or(Ok(()), |truth| {
            truth.add_line(&format!("{}/{file}", self.name), line, fault)
        })
    }
}
