use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{AssignmentLine, EncounterLine, PatientLine, RecordLine, StaffLine};
use crate::department::DepartmentStatement;
use crate::dimension_key::department_key;
use crate::rule::Rule;

/// Which extract a file belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// The hospital; `None` of what the network sends for all of them.
    pub hospital_code: Option<String>,
    /// The day that it is of, by the sender's calendar.
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
    /// Of a clinical kind.
    Clinical(Box<ClinicalLine>),
    /// Of `departments.csv`.
    Department(Box<DepartmentStatement>),
    /// Of a kind whose lines are records.
    Record(Box<RecordLine>),
    /// Of `staff.csv`.
    Staff(Box<StaffLine>),
    /// Of `assigned_staff.csv`.
    Assignment(Box<AssignmentLine>),
}

impl Line {
    /// The patient whose line it is, by the hospital's own number. Identity.
    pub fn patient_id(&self) -> Option<&str> {
        match self {
            Self::Patient(line) => Some(&line.identity.patient_id),
            Self::Encounter(line) => Some(&line.patient_id),
            Self::Clinical(line) => Some(&line.patient_id),
            Self::Record(line) => line.patient.as_ref().map(|(_, id)| id.as_str()),
            Self::Department(_) | Self::Staff(_) | Self::Assignment(_) => None,
        }
    }

    /// The hospital whose patient it is, where the line says so itself.
    pub fn hospital_code(&self) -> Option<&str> {
        match self {
            Self::Record(line) => line.patient.as_ref().map(|(code, _)| code.as_str()),
            _ => None,
        }
    }

    /// Whom or what it is about: the patient by pseudonym, or the member of a dimension. A file is
    /// loaded in ascending order of these.
    pub fn member(&self) -> Uuid {
        match self {
            Self::Patient(line) => line.patient_pseudonym,
            Self::Encounter(line) => line.extract.patient_pseudonym,
            Self::Clinical(line) => line.patient_pseudonym,
            Self::Record(line) => line.pseudonym,
            Self::Department(stated) => {
                let code = &stated.department;
                department_key(&code.hospital_code, &code.department_code)
            }
            Self::Staff(line) => line.listed.staff_pseudonym,
            Self::Assignment(line) => line.staff_pseudonym,
        }
    }

    /// The rules that repaired it, in the order of their codes.
    pub fn repairs(&self) -> &[&'static Rule] {
        match self {
            Self::Patient(line) => &line.registered.repairs,
            Self::Encounter(line) => &line.extract.repairs,
            Self::Clinical(line) => &line.repairs,
            Self::Department(stated) => &stated.repairs,
            Self::Staff(line) => &line.listed.repairs,
            Self::Assignment(line) => &line.statements[0].statement.repairs,
            Self::Record(line) => &line.repairs,
        }
    }

    /// What tells its content from another.
    pub fn content_hash(&self) -> Uuid {
        match self {
            Self::Patient(line) => line.registered.content_hash,
            Self::Encounter(line) => line.extract.content_hash,
            Self::Clinical(line) => line.content_hash,
            Self::Department(stated) => stated.statement.content_hash,
            Self::Record(line) => line.content_hash,
            Self::Staff(line) => line.listed.content_hash,
            Self::Assignment(line) => line.content_hash,
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
    /// A year.
    Year(i32),
    /// A truth value.
    Truth(bool),
    /// Somebody, by pseudonym.
    Pseudonym(Uuid),
}
