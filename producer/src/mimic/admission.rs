//! ADMISSIONS: one row an encounter, with its administrative facts.

use chrono::NaiveDateTime;

use super::record::Record;
use super::refusal::RefusedRow;
use super::row::Row;
use super::table::Table;

/// The administrative facts of an encounter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Admission {
    /// Identity.
    pub(super) subject_id: String,
    /// Identity.
    pub(super) hadm_id: String,
    pub(super) admitted_at: NaiveDateTime,
    pub(super) discharged_at: NaiveDateTime,
    /// Identity.
    pub(super) deceased_at: Option<NaiveDateTime>,
    pub(super) kind: Option<String>,
    pub(super) source: Option<String>,
    pub(super) disposition: Option<String>,
    pub(super) medical_scheme: Option<String>,
    pub(super) home_language: Option<String>,
    pub(super) religion: Option<String>,
    pub(super) marital_status: Option<String>,
    pub(super) ethnicity: Option<String>,
    pub(super) died: Option<bool>,
}

impl Record for Admission {
    /// What is read of ADMISSIONS.
    const TABLE: Table = Table {
        file: "ADMISSIONS.csv",
        columns: &[
            "subject_id",
            "hadm_id",
            "admittime",
            "dischtime",
            "deathtime",
            "admission_type",
            "admission_location",
            "discharge_location",
            "insurance",
            "language",
            "religion",
            "marital_status",
            "ethnicity",
            "hospital_expire_flag",
        ],
        key: "hadm_id",
    };

    type Slot<'a> = &'a str;

    fn parse(row: &Row<'_>) -> Result<Self, RefusedRow> {
        let admission = Admission {
            subject_id: row.number("subject_id")?,
            hadm_id: row.number("hadm_id")?,
            admitted_at: row.time("admittime")?,
            discharged_at: row.time("dischtime")?,
            deceased_at: row.identity_time("deathtime")?,
            kind: row.text("admission_type"),
            source: row.text("admission_location"),
            disposition: row.text("discharge_location"),
            medical_scheme: row.text("insurance"),
            home_language: row.text("language"),
            religion: row.text("religion"),
            marital_status: row.text("marital_status"),
            ethnicity: row.text("ethnicity"),
            died: row.flag("hospital_expire_flag")?,
        };
        Ok(admission)
    }

    fn slot(&self) -> Self::Slot<'_> {
        &self.hadm_id
    }

    fn key(&self) -> &str {
        &self.hadm_id
    }
}
