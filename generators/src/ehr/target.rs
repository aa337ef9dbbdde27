//! The folder of a day and hospital.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};

use super::day::Day;
use crate::fault::{Fault, GroundTruth};
use crate::manifest::{self, Extract};
use crate::output::{OutputError, Writing, Written};
use crate::registry::Registry;

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
        let extract = Extract {
            hospital_code: Some(hospital_code),
            date: self.date,
            extracted_at: self.extracted_at,
        };
        manifest::write(writing, &self.folder, &extract, files)
    }
}
