use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::digest::first_uuid;
use crate::record::Place;
use crate::rule::Rule;

/// A row of `silver.encounters`: an encounter as it stood at the extract of a day, without identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncounterExtract {
    /// The patient.
    pub patient_pseudonym: Uuid,
    /// The encounter.
    pub encounter_key: Uuid,
    /// Hash of all described fields as sent.
    pub content_hash: Uuid,
    /// The hospital.
    pub hospital_code: String,
    /// The day that the extract is of.
    pub extract_date: NaiveDate,
    /// When it was taken.
    pub extracted_at: DateTime<Utc>,
    /// Emergency, elective and so on.
    pub admission_type: Option<String>,
    /// Where the patient came from.
    pub admission_source: Option<String>,
    /// Administrative time of admission.
    pub admitted_at: Option<DateTime<Utc>>,
    /// When the patient arrived at the first location.
    pub first_location_at: Option<DateTime<Utc>>,
    /// The last location.
    pub location: Place,
    /// The attending doctor, by pseudonym.
    pub attending_staff_pseudonym: Option<Uuid>,
    /// Administrative time of discharge.
    pub discharged_at: Option<DateTime<Utc>>,
    /// When the patient left the last location.
    pub last_location_left_at: Option<DateTime<Utc>>,
    /// Where the patient went.
    pub disposition: Option<String>,
    /// Whether the patient died in the encounter.
    pub died: Option<bool>,
    /// The rules that repaired the line, in the order of their codes.
    pub repairs: Vec<&'static Rule>,
}

impl EncounterExtract {
    /// What names this statement among events and others: the UUID of the first 16 bytes of SHA-256
    /// over `encounters|encounter key|day|content hash`.
    pub fn statement_id(&self) -> Uuid {
        let text = format!(
            "encounters|{}|{}|{}",
            self.encounter_key, self.extract_date, self.content_hash
        );
        first_uuid(&Sha256::digest(text.as_bytes()).into())
    }
}

/// A usable line of `encounters.csv`, in its two halves. `Debug` prints no identity.
#[derive(Clone)]
pub struct EncounterLine {
    /// Without identity.
    pub extract: EncounterExtract,
    /// The hospital's number of the patient.
    pub patient_id: String,
    /// The hospital's number of the encounter.
    pub encounter_id: String,
    /// The number of the attending doctor.
    pub attending_staff_id: Option<String>,
}

impl fmt::Debug for EncounterLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EncounterLine")
            .field("extract", &self.extract)
            .finish_non_exhaustive()
    }
}
