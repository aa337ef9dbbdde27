//! All files of a scenario, in one folder that appears when it is complete.

use std::path::Path;

use domain::digest::hexadecimal;
use serde::Serialize;

use crate::ehr::{EhrError, Extracts};
use crate::flow::Simulation;
use crate::output::{self, OutputError, Staging, Writing, Written, check_space};
use crate::scenario::ScenarioError;
use crate::staff::StaffError;
use crate::{assignment_file, patients_file, people_file, staff_file};

/// The file that tells of all others; it is written last.
pub const SUMMARY: &str = "summary.json";

/// Of both files, with room to spare.
const BYTES_A_MEMBER_OF_STAFF: u64 = 300;

/// Whoever is told how far the writing is.
pub trait Progress {
    /// So many bytes will be written in all, or a little less.
    fn begin(&mut self, bytes: u64);
    /// So many bytes more are written.
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
    files: &'s [Written],
}

/// Writes all files of so many days of a scenario into a folder that is not there yet, or empty.
///
/// Space is checked before. Where it fails, or is interrupted, nothing is left.
pub fn write(
    simulation: &Simulation,
    days: u16,
    writing: &Writing,
    target: &Path,
    progress: &mut impl Progress,
) -> Result<Vec<Written>, DatasetError> {
    let staging = Staging::begin(target)?;
    let folder = staging.folder();
    let registry = simulation.registry()?;
    let staff = simulation.staff()?;
    let mut extracts = Extracts::new(simulation, &registry, &staff, days)?;
    let population = registry.population();
    let until = staff.day_after(days.into())?;

    let bytes = people_file::estimate_bytes(population, writing.compression)
        + patients_file::estimate_bytes(&registry, writing.compression)
        + staff.count_before(until) as u64 * BYTES_A_MEMBER_OF_STAFF
        + extracts.estimate_bytes();
    check_space(folder, bytes)?;
    progress.begin(bytes);

    let mut files = Vec::new();
    let file = people_file::write(population, writing, (folder, people_file::NAME), |bytes| {
        progress.add(bytes);
    })?;
    progress.end(std::slice::from_ref(&file));
    files.push(file);
    let file = staff_file::write(&staff, until, writing, (folder, staff_file::NAME))?;
    progress.end(std::slice::from_ref(&file));
    files.push(file);
    let name = (folder, assignment_file::NAME);
    let file = assignment_file::write(&staff, until, writing, name)?;
    progress.end(std::slice::from_ref(&file));
    files.push(file);
    let name = (folder, patients_file::NAME);
    let file = patients_file::write(&registry, writing, name, |bytes| progress.add(bytes))?;
    progress.end(std::slice::from_ref(&file));
    files.push(file);
    let extracted = extracts.write(writing, folder, |bytes| progress.add(bytes))?;
    progress.end(&extracted);
    files.extend(extracted);

    write_summary(simulation, days, writing, folder, &files)?;
    staging.complete()?;
    Ok(files)
}

fn write_summary(
    simulation: &Simulation,
    days: u16,
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
        files,
    };
    output::write_json(writing, (folder, SUMMARY), &summary)?;
    Ok(())
}
