use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::snapshot::State;
use crate::record::{PatientAttributes, PatientIdentity};
use crate::rule::Rule;

/// What a line of `patients.csv` says of a patient, without identity.
#[derive(Debug, Clone, Eq)]
pub struct RegisteredPatient {
    /// Hash of all described fields as sent, and of the rules that hit them.
    pub content_hash: Uuid,
    /// What gold shows of the patient. The file does not tell religion and ethnicity.
    pub patient: PatientAttributes,
    /// Blood group and rhesus factor.
    pub blood_type: Option<String>,
    /// ICD-10 codes with `;` between them.
    pub chronic_conditions: Option<String>,
    /// When the hospital registered the patient first.
    pub registered_on: Option<NaiveDate>,
    /// The day of the last change.
    pub updated_on: Option<NaiveDate>,
    /// The rules that repaired the line, in the order of their codes.
    pub repairs: Vec<&'static Rule>,
}

/// The hash covers everything.
impl PartialEq for RegisteredPatient {
    fn eq(&self, other: &Self) -> bool {
        self.content_hash == other.content_hash
    }
}

/// A usable line of `patients.csv`, in its two halves. `Debug` prints no identity.
#[derive(Clone)]
pub struct PatientLine {
    /// The patient.
    pub patient_pseudonym: Uuid,
    /// Without identity.
    pub registered: Arc<RegisteredPatient>,
    /// For the vault.
    pub identity: PatientIdentity,
    /// Telephone of the next of kin. Identity.
    pub next_of_kin_phone: Option<String>,
}

impl fmt::Debug for PatientLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PatientLine")
            .field("registered", &self.registered)
            .finish_non_exhaustive()
    }
}

/// A row of `silver.patients`: what the snapshots of a hospital say of a patient from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientSnapshot {
    /// The patient.
    pub patient_pseudonym: Uuid,
    /// The hospital.
    pub hospital_code: String,
    /// Day of the snapshot that said so first.
    pub extract_date: NaiveDate,
    /// When that snapshot was taken: from then on it holds.
    pub extracted_at: DateTime<Utc>,
    /// What it says.
    pub state: State<Arc<RegisteredPatient>>,
}
