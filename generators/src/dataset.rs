//! All files of a scenario, in one folder that appears when it is complete.

use std::path::Path;

use chrono::NaiveDate;
use domain::digest::hexadecimal;
use serde::Serialize;

use crate::ehr::{EhrError, Extracts};
use crate::fault::{GROUND_TRUTH, GroundTruth};
use crate::flow::{Length, Simulation, Tally};
use crate::manifest::{self, Extract};
use crate::output::{self, Compression, OutputError, Size, Staging, Writing, Written, check_space};
use crate::registry::Registry;
use crate::scenario::{Scenario, ScenarioError};
use crate::staff::{Staff, StaffError};
use crate::truth_file::TruthError;
use crate::{
    assignment_file, departments_file, patients_file, people_file, staff_file, truth_file,
};

/// The file that tells of all others; it is written last.
pub const SUMMARY: &str = "summary.json";

/// Whoever is told how far the writing is.
pub trait Progress {
    /// So many bytes, before compression, will be written in all, or a little less.
    fn begin(&mut self, bytes: u64);
    /// So many bytes more are written, before compression.
    fn add(&mut self, bytes: u64);
    /// A file, or the extracts of all days, are complete.
    fn end(&mut self, files: &[Written]);
}

/// Files that were not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// The scenario is impossible.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The hospitals cannot be staffed.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// The extracts cannot be made.
    #[error(transparent)]
    Ehr(#[from] EhrError),
    /// The ground truth of the flow cannot be written.
    #[error(transparent)]
    Truth(#[from] TruthError),
    /// A file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

#[derive(Serialize)]
struct Summary<'s> {
    seed: u64,
    start: String,
    days: u16,
    people: u64,
    patients: u64,
    with_surge: bool,
    network_sha256: String,
    /// The run of the events that belong to these files, as producers name it.
    flow: String,
    /// What the flow counted.
    tally: Tally,
    files: &'s [Written],
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// What there is at the start, and extracts.
    All,
    /// Extracts alone.
    Extracts,
}

/// Writes the files of so many days of a scenario into a folder that is not there yet, or empty.
///
/// Space is checked before. Where it fails, or is interrupted, nothing is left. Tells what the flow
/// counted.
pub fn write(
    simulation: &Simulation,
    (contents, days): (Contents, u16),
    writing: &Writing,
    target: &Path,
    progress: &mut impl Progress,
) -> Result<Tally, DatasetError> {
    let staging = Staging::begin(target)?;
    let (folder, writing) = (staging.folder(), &staging.writing(writing));
    let registry = simulation.registry()?;
    let staff = simulation.staff()?;
    let mut extracts = Extracts::new(simulation, &registry, &staff, days)?;
    let lists = (contents == Contents::All).then_some(Lists {
        scenario: simulation.scenario(),
        registry: &registry,
        staff: &staff,
        until: staff.day_after(days.into())?,
    });
    let compression = writing.compression;
    let of_lists = lists.as_ref().map(|it| it.estimate(compression));
    let of_extracts = extracts.estimate(compression);
    let of_truth = truth_file::estimate(&simulation.scenario().faults, of_extracts);
    let size = of_extracts + of_truth + of_lists.unwrap_or_default();
    check_space(folder, size.disk_bytes)?;
    progress.begin(size.plain_bytes);

    let mut files = Vec::new();
    if let Some(lists) = lists {
        files = lists.write(writing, folder, progress)?;
    }
    let mut truth = None;
    if !simulation.scenario().faults.are_zero() {
        let begun = GroundTruth::create(writing, (folder, GROUND_TRUTH))?;
        let truth = truth.insert(begun);
        let what = (Length::Days(days), &writing.shutdown);
        truth_file::add_events(truth, simulation, &registry, &staff, what)?;
    }
    let extracted = extracts.write(writing, folder, truth.as_mut(), |bytes| progress.add(bytes))?;
    progress.end(&extracted);
    files.extend(extracted);
    if let Some(truth) = truth {
        let file = truth.finish()?;
        progress.end(std::slice::from_ref(&file));
        files.push(file);
    }
    let tally = *extracts.tally();
    write_summary(simulation, (days, tally), writing, folder, &files)?;
    staging.complete()?;
    Ok(tally)
}

/// The files of day 0, which the network sends: what and who there is at the start.
struct Lists<'l> {
    scenario: &'l Scenario,
    registry: &'l Registry<'l>,
    staff: &'l Staff<'l>,
    /// Staff who start work before.
    until: NaiveDate,
}

impl Lists<'_> {
    fn estimate(&self, compression: Compression) -> Size {
        people_file::estimate(self.registry.population(), compression)
            + staff_file::estimate(self.staff, self.until, compression)
            + assignment_file::estimate(self.staff, self.until, compression)
            + patients_file::estimate(self.registry, compression)
    }

    fn write(
        &self,
        writing: &Writing,
        folder: &Path,
        progress: &mut impl Progress,
    ) -> Result<Vec<Written>, OutputError> {
        let (population, until) = (self.registry.population(), self.until);
        let network = &self.scenario.network;
        let mut files = Vec::new();
        let mut end = |file: Written, progress: &mut dyn Progress| {
            progress.end(std::slice::from_ref(&file));
            files.push(file);
        };
        let name = (folder, departments_file::NAME);
        end(departments_file::write(network, writing, name)?, progress);
        let name = (folder, people_file::NAME);
        let file = people_file::write(population, writing, name, |bytes| progress.add(bytes))?;
        end(file, progress);
        let file = staff_file::write(self.staff, until, writing, (folder, staff_file::NAME))?;
        end(file, progress);
        let name = (folder, assignment_file::NAME);
        end(
            assignment_file::write(self.staff, until, writing, name)?,
            progress,
        );
        let name = (folder, patients_file::NAME);
        let file = patients_file::write(self.registry, writing, name, |bytes| progress.add(bytes))?;
        end(file, progress);
        let calendar = self.registry.calendar();
        let extract = Extract {
            hospital_code: None,
            date: calendar.date_of_day(-1),
            extracted_at: calendar.moment(0),
        };
        manifest::write(writing, folder, &extract, &files)?;
        Ok(files)
    }
}

fn write_summary(
    simulation: &Simulation,
    (days, tally): (u16, Tally),
    writing: &Writing,
    folder: &Path,
    files: &[Written],
) -> Result<(), OutputError> {
    let scenario = simulation.scenario();
    let summary = Summary {
        seed: scenario.seed,
        start: scenario.start.to_string(),
        days,
        people: scenario.people,
        patients: scenario.patients,
        with_surge: scenario.with_surge,
        network_sha256: hexadecimal(&scenario.network_sha256),
        flow: scenario.flow_name(),
        tally,
        files,
    };
    output::write_json(writing, (folder, SUMMARY), &summary)?;
    Ok(())
}
