//! The daily extracts of the hospitals' records: a full snapshot of each hospital's patients, and what
//! happened on the day, in agreement with the flow of events.

mod clinical;
mod day;
mod journal;
mod presence;
mod sheet;
mod snapshot;
mod target;

use std::ops::Range;
use std::path::Path;

use crate::fault::{FileFaults, GroundTruth, Place};
use crate::flow::{Simulation, Tally, Teller};
use crate::output::{self, Chunk, Compression, OutputError, Rows, Size, Writing, Written};
use crate::population::TableError;
use crate::registry::Registry;
use crate::scenario::ScenarioError;
use crate::staff::{Staff, StaffError};
use clinical::Clinic;
use day::{Day, DaySheets, Sources};
use journal::Journal;
use presence::Presence;
use sheet::Sheet;
use target::Target;

/// Days whose snapshots are made together: a patient is looked up once for all of them, and nearly all
/// rows are those of the day before.
const DAYS_AT_ONCE: u16 = 10;

/// Of memory for a row of a snapshot: nearly all are shorter.
const LINE_BYTES: usize = 384;

/// Patients whose rows are made at once: about 220 kB a day.
const CHUNK_ROWS: u64 = 1_024;

/// Bytes of the other files for a stay, and for each day that a bed is taken: with room to spare.
const BYTES_A_STAY: u64 = 1_000;
const BYTES_A_BED_AND_DAY: u64 = 500;

/// How much smaller these files are compressed, at least.
const SHEETS_PACKED_BY: u64 = 4;

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
}

/// The extracts of a scenario.
#[derive(Debug)]
pub struct Extracts<'r> {
    simulation: &'r Simulation,
    sources: Sources<'r>,
    journal: Journal<'r>,
    days: u16,
}

impl<'r> Extracts<'r> {
    /// The extracts of so many days.
    pub fn new(
        simulation: &'r Simulation,
        registry: &'r Registry<'r>,
        staff: &'r Staff<'r>,
        days: u16,
    ) -> Result<Self, EhrError> {
        let scenario = simulation.scenario();
        // There must be staff for all days.
        staff.day_after(days.into())?;
        let teller = Teller::new(registry, staff, scenario);
        Ok(Self {
            sources: Sources {
                network: &scenario.network,
                registry,
                teller,
                clinic: Clinic::embedded()?,
            },
            journal: Journal::new(simulation, registry, days)?,
            simulation,
            days,
        })
    }

    /// What the flow has counted, so far as extracts were written.
    pub fn tally(&self) -> &Tally {
        self.journal.tally()
    }

    /// How large all of them will be, a little more rather than less: snapshots by the first patients of
    /// each hospital.
    pub fn estimate(&self, compression: Compression) -> Size {
        let sampled_days = self.days.min(DAYS_AT_ONCE);
        let mut snapshots = Size::default();
        for hospital in 0..self.sources.registry.hospitals() {
            let targets = self.targets(Path::new(""), 0..sampled_days, hospital);
            let rows = self.snapshots(&targets);
            snapshots = snapshots + rows.estimate_editions(targets.len(), compression);
        }
        let sheets_bytes = self.journal.expected_stays(self.days) * BYTES_A_STAY
            + self.taken_beds() * u64::from(self.days) * BYTES_A_BED_AND_DAY;
        let sheets = Size {
            plain_bytes: sheets_bytes,
            disk_bytes: match compression {
                Compression::None => sheets_bytes,
                Compression::Zstd => sheets_bytes / SHEETS_PACKED_BY,
            },
        };
        snapshots.times(self.days.into(), sampled_days.into()) + sheets
    }

    /// How many beds are taken at most.
    fn taken_beds(&self) -> u64 {
        let departments = self.sources.network.hospitals.iter();
        let wards = departments
            .flat_map(|it| &it.departments)
            .flat_map(|it| &it.wards);
        let beds = wards.map(|it| u64::from(it.beds)).sum::<u64>();
        beds.min(self.sources.registry.count())
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
        // The ground truth tells one file after the other, so each is written by itself.
        let at_once = if truth.is_some() { 1 } else { DAYS_AT_ONCE };
        let mut written = Vec::new();
        for first in (0..self.days).step_by(at_once.into()) {
            let days = first..(first + at_once).min(self.days);
            let calendar = self.sources.registry.calendar();
            let ends_seconds = calendar.end_of(days.end);
            self.journal.learn_until(ends_seconds, &writing.shutdown)?;
            let mut by_day = vec![Vec::new(); days.len()];
            for hospital in 0..self.sources.registry.hospitals() {
                let targets = self.targets(folder, days.clone(), hospital);
                let files =
                    self.write_days(writing, &targets, truth.as_deref_mut(), &mut progress)?;
                for (of_day, files) in by_day.iter_mut().zip(files) {
                    of_day.extend(files);
                }
                if let Some(last) = targets.last() {
                    self.journal.forget_before(hospital, last.day.ends_seconds);
                }
            }
            written.extend(by_day.into_iter().flatten());
        }
        Ok(written)
    }

    fn targets(&self, folder: &Path, days: Range<u16>, hospital: usize) -> Vec<Target> {
        let targets =
            days.map(|number| Target::new(self.sources.registry, folder, number, hospital));
        targets.collect()
    }

    /// Writes some days of a hospital, and tells the files of each.
    fn write_days(
        &mut self,
        writing: &Writing,
        targets: &[Target],
        mut truth: Option<&mut GroundTruth<'_>>,
        progress: &mut impl FnMut(u64),
    ) -> Result<Vec<Vec<Written>>, EhrError> {
        for target in targets {
            output::make_folder(&target.folder)?;
        }
        let snapshots = output::write_editions(
            writing,
            (targets.iter().map(|it| &*it.folder), snapshot::NAME),
            &self.snapshots(targets),
            |edition: usize, line, fault| {
                targets[edition].tell(truth.as_deref_mut(), snapshot::NAME, line, fault)
            },
            &mut *progress,
        )?;
        let mut days = Vec::new();
        for (target, snapshot) in targets.iter().zip(snapshots) {
            let mut files = vec![snapshot];
            for sheet in self.write_sheets(writing, target, truth.as_deref_mut())? {
                progress(sheet.bytes);
                files.push(sheet);
            }
            let code = self.sources.registry.hospital_code(target.hospital);
            target.write_manifest(writing, code, &files)?;
            for file in &mut files {
                file.name = format!("{}/{}", target.name, file.name);
            }
            days.push(files);
        }
        Ok(days)
    }

    fn write_sheets(
        &mut self,
        writing: &Writing,
        target: &Target,
        mut truth: Option<&mut GroundTruth<'_>>,
    ) -> Result<Vec<Written>, OutputError> {
        let mut files = Vec::new();
        for mut sheet in self.sheets(target.hospital, target.day) {
            let faults = self.faults_of(target, sheet.name, sheet.header);
            for (line, fault) in faults.spoil_all(&mut sheet.text) {
                target.tell(truth.as_deref_mut(), sheet.name, line, fault)?;
            }
            let name = (&*target.folder, sheet.name);
            files.push(output::write_whole(
                writing,
                name,
                (sheet.text, sheet.rows),
            )?);
        }
        Ok(files)
    }

    /// What happened in a hospital on a day.
    fn sheets(&mut self, hospital: usize, day: Day) -> impl Iterator<Item = Sheet> + use<> {
        let mut sheets = DaySheets::new();
        for course in self.journal.courses(hospital) {
            if course.is_open_within(day.begins_seconds, day.ends_seconds) {
                let mut counts = course.counts;
                sheets.add(&self.sources, course, day, &mut counts);
                course.counts = counts;
            }
        }
        sheets.into_sheets()
    }

    /// The rows of the snapshots of some days of a hospital.
    fn snapshots<'s>(
        &'s self,
        targets: &'s [Target],
    ) -> Rows<'s, impl Fn(u64, &mut [Chunk]) + Sync + use<'s, 'r>> {
        let registry = self.sources.registry;
        let hospital = targets.first().map_or(0, |it| it.hospital);
        let seed = registry.population().seed();
        let faults: Vec<FileFaults<'_>> = targets
            .iter()
            .map(|target| self.faults_of(target, snapshot::NAME, snapshot::HEADER))
            .collect();
        let write = move |number, chunks: &mut [Chunk]| {
            let mut patient = registry.patient(hospital, number);
            let row = patient.person().row();
            let presence = Presence::of(&self.journal, (seed, hospital, number), row);
            let mut line = Vec::with_capacity(LINE_BYTES);
            let mut since_seconds = registry.calendar().first_midnight(hospital);
            for (place, chunk) in chunks.iter_mut().enumerate() {
                let Day {
                    number: day,
                    ends_seconds,
                    ..
                } = targets[place].day;
                if patient.go_on((since_seconds, ends_seconds)) || line.is_empty() {
                    line.clear();
                    snapshot::write(&patient, &mut line);
                }
                since_seconds = ends_seconds;
                if presence.is_registered((day.into(), ends_seconds)) {
                    chunk.row(|out| {
                        let begins = out.len();
                        out.extend_from_slice(&line);
                        faults[place].spoil_last(number, out, begins)
                    });
                }
            }
        };
        Rows {
            header: snapshot::HEADER,
            count: registry.size(hospital),
            in_chunk: CHUNK_ROWS,
            write,
        }
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
}
