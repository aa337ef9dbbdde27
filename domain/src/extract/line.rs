use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{EncounterLine, PatientLine};
use crate::rule::Rule;

/// Which extract a file belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// The hospital.
    pub hospital_code: String,
    /// The day that it is of, by the hospital's calendar.
    pub date: NaiveDate,
    /// When it was taken.
    pub extracted_at: DateTime<Utc>,
}

/// A usable line.
#[derive(Debug, Clone)]
pub enum Line {
    /// Of `patients.csv`.
    Patient(Box<PatientLine>),
    /// Of `encounters.csv`.
    Encounter(Box<EncounterLine>),
    /// Of the other kinds.
    Clinical(Box<ClinicalLine>),
}

impl Line {
    /// The patient, by the hospital's own number. Identity.
    pub fn patient_id(&self) -> &str {
        match self {
            Self::Patient(line) => &line.identity.patient_id,
            Self::Encounter(line) => &line.patient_id,
            Self::Clinical(line) => &line.patient_id,
        }
    }

    /// The patient, by pseudonym.
    pub fn patient_pseudonym(&self) -> Uuid {
        match self {
            Self::Patient(line) => line.patient_pseudonym,
            Self::Encounter(line) => line.extract.patient_pseudonym,
            Self::Clinical(line) => line.patient_pseudonym,
        }
    }

    /// What tells its content from another.
    pub fn content_hash(&self) -> Uuid {
        match self {
            Self::Patient(line) => line.registered.content_hash,
            Self::Encounter(line) => line.extract.content_hash,
            Self::Clinical(line) => line.content_hash,
        }
    }
}

/// A usable line of a clinical kind, in its two halves. `Debug` prints no identity.
#[derive(Clone)]
pub struct ClinicalLine {
    /// The patient.
    pub patient_pseudonym: Uuid,
    /// The encounter.
    pub encounter_key: Uuid,
    /// The number of the line in its encounter and kind, from 1.
    pub line_number: i32,
    /// Hash of all described fields as sent.
    pub content_hash: Uuid,
    /// What silver keeps beside, in the order of the description.
    pub values: Vec<Option<Value>>,
    /// The rules that repaired the line, in the order of their codes.
    pub repairs: Vec<&'static Rule>,
    /// The hospital's number of the patient.
    pub patient_id: String,
    /// The hospital's number of the encounter.
    pub encounter_id: String,
    /// Pseudonyms and numbers of the staff that the line names.
    pub staff: Vec<(Uuid, String)>,
}

impl fmt::Debug for ClinicalLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClinicalLine")
            .field("encounter_key", &self.encounter_key)
            .field("line_number", &self.line_number)
            .finish_non_exhaustive()
    }
}

/// A value that silver keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A time.
    Time(DateTime<Utc>),
    /// A day.
    Date(NaiveDate),
    /// A whole number.
    Whole(i64),
    /// A truth value.
    Truth(bool),
    /// Somebody, by pseudonym.
    Pseudonym(Uuid),
}
