//! The folder of a day and hospital.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serialize;

use super::day::Day;
use crate::fault::{Fault, GroundTruth};
use crate::output::{self, OutputError, Writing, Written};
use crate::registry::Registry;

/// Version of the form of the files.
const SCHEMA_VERSION: u32 = 1;

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
pub(super) struct Target {
    pub(super) folder: PathBuf,
    /// The folder below that of all files.
    pub(super) name: String,
    pub(super) hospital: usize,
    pub(super) date: NaiveDate,
    pub(super) day: Day,
    pub(super) extracted_at: DateTime<Utc>,
}

impl Target {
    /// The folder, below that of all files, of a day (counted from 0) of a hospital.
    pub(super) fn new(
        registry: &Registry<'_>,
        folder: &Path,
        number: u16,
        hospital: usize,
    ) -> Self {
        let calendar = registry.calendar();
        let date_of = |number: u16| calendar.date_of_day(number.into());
        let date = date_of(number);
        let day = Day {
            number,
            begins_seconds: calendar.begins(hospital, date),
            ends_seconds: calendar.begins(hospital, date_of(number + 1)),
        };
        let name = format!("ehr/{date}/{}", registry.hospital_code(hospital));
        Self {
            folder: folder.join(&name),
            name,
            hospital,
            date,
            day,
            extracted_at: calendar.moment(day.ends_seconds),
        }
    }

    /// Tells a fault of a file, where anybody wants to know.
    pub(super) fn tell(
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

    /// Writes what the folder holds.
    pub(super) fn write_manifest(
        &self,
        writing: &Writing,
        hospital_code: &str,
        files: &[Written],
    ) -> Result<(), OutputError> {
        let extracted_at = self.extracted_at;
        let manifest = Manifest {
            schema_version: SCHEMA_VERSION,
            hospital_code,
            date: self.date.to_string(),
            extracted_at: extracted_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            files,
        };
        output::write_json(writing, (&self.folder, "manifest.json"), &manifest)?;
        Ok(())
    }
}
