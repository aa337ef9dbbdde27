//! PATIENTS: one row a patient.

use chrono::NaiveDate;

use super::record::Record;
use super::refusal::RefusedRow;
use super::row::Row;
use super::table::Table;

/// A patient: two patients are equal when they say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Patient {
    /// Identity.
    pub(super) subject_id: String,
    pub(super) sex: Option<String>,
    /// Identity.
    pub(super) born_on: Option<NaiveDate>,
}

impl Record for Patient {
    /// What is read of PATIENTS. `dod`, the date of death, is left out on purpose: it may lie years
    /// after the events, and no event may know the future.
    const TABLE: Table = Table {
        file: "PATIENTS.csv",
        columns: &["subject_id", "gender", "dob"],
        key: "subject_id",
    };

    type Slot<'a> = &'a str;

    fn parse(row: &Row<'_>) -> Result<Self, RefusedRow> {
        let patient = Patient {
            subject_id: row.number("subject_id")?,
            sex: row.text("gender"),
            born_on: row.identity_time("dob")?.map(|time| time.date()),
        };
        Ok(patient)
    }

    fn slot(&self) -> Self::Slot<'_> {
        &self.subject_id
    }

    fn key(&self) -> &str {
        &self.subject_id
    }
}
