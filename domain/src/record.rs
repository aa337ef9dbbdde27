//! The cleaned record: what silver holds of an event, and what the vault does.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::rule::Rule;

/// The HL7 v2 trigger of an event (HL7 2.9, chapter 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trigger {
    /// A01: the patient is admitted.
    Admit,
    /// A02: the patient moves.
    Transfer,
    /// A03: the patient leaves.
    Discharge,
    /// A08: something about the patient or the encounter changed.
    Update,
}

impl Trigger {
    /// All triggers that Wardflow reads.
    pub const ALL: [Self; 4] = [Self::Admit, Self::Transfer, Self::Discharge, Self::Update];

    /// The HL7 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Admit => "A01",
            Self::Transfer => "A02",
            Self::Discharge => "A03",
            Self::Update => "A08",
        }
    }

    /// The trigger of an HL7 code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trigger| trigger.code() == code)
    }

    /// Whether the event says where the patient is from its time on.
    pub const fn states_location(self) -> bool {
        matches!(self, Self::Admit | Self::Transfer)
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// A place in a hospital, by its codes as sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The department's code.
    pub department_code: Option<String>,
    /// The ward.
    pub ward: Option<String>,
    /// The bed.
    pub bed: Option<String>,
}

/// What gold shows of a patient: the attributes whose change makes a version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PatientAttributes {
    /// Links the patient to one person across hospitals, where the identity number is valid.
    pub person_pseudonym: Option<Uuid>,
    /// Administrative sex.
    pub sex: Option<String>,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// Citizenship.
    pub citizenship: Option<String>,
    /// Language spoken at home.
    pub home_language: Option<String>,
    /// Religion.
    pub religion: Option<String>,
    /// Ethnic group.
    pub ethnicity: Option<String>,
    /// Marital status.
    pub marital_status: Option<String>,
    /// Medical scheme or insurance that pays.
    pub medical_scheme: Option<String>,
    /// Municipality of residence.
    pub municipality: Option<String>,
    /// Province of residence.
    pub province: Option<String>,
}

/// One row of `silver.adt_record`: an event, checked, typed and without identity.
///
/// Times have microseconds, as the warehouse keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdtRecord {
    /// The patient, by pseudonym.
    pub patient_pseudonym: Uuid,
    /// The event's own id.
    pub event_id: Uuid,
    /// Hash of all fields as sent ([`crate::content`]).
    pub content_hash: Uuid,
    /// The encounter, where the event names one.
    pub encounter_key: Option<Uuid>,
    /// What happened.
    pub trigger: Trigger,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was entered.
    pub recorded_at: DateTime<Utc>,
    /// Administrative time of admission.
    pub admitted_at: Option<DateTime<Utc>>,
    /// Administrative time of discharge.
    pub discharged_at: Option<DateTime<Utc>>,
    /// The sending application.
    pub source_system: Option<String>,
    /// The hospital's code.
    pub hospital_code: String,
    /// Number within the encounter.
    pub sequence: Option<i64>,
    /// Where the patient is from `occurred_at` on.
    pub location: Place,
    /// Where the patient was before.
    pub prior_location: Place,
    /// The clinical service.
    pub hospital_service: Option<String>,
    /// The attending doctor, by pseudonym.
    pub attending_staff_pseudonym: Option<Uuid>,
    /// Emergency, elective and so on.
    pub admission_type: Option<String>,
    /// Where the patient came from.
    pub admission_source: Option<String>,
    /// Where the patient went.
    pub discharge_disposition: Option<String>,
    /// Whether the patient died in the encounter.
    pub died: Option<bool>,
    /// Full years on the hospital's date of `admitted_at`, or of `occurred_at` where that is
    /// missing.
    pub age_at_admission_years: Option<i32>,
    /// What gold shows of the patient.
    pub patient: PatientAttributes,
    /// The rules that repaired the record, in the order of their codes.
    pub repairs: Vec<&'static Rule>,
}

/// Identity of a patient, for the vault alone.
///
/// `Debug` prints nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PatientIdentity {
    /// The hospital's own number of the patient.
    pub patient_id: String,
    /// Identity number as sent.
    pub id_number: Option<String>,
    /// Given names.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Date of birth, where it could be read.
    pub date_of_birth: Option<NaiveDate>,
    /// Time of death, where it could be read.
    pub deceased_at: Option<DateTime<Utc>>,
    /// Telephone number.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Street and house number.
    pub street: Option<String>,
    /// Suburb.
    pub suburb: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
}

impl fmt::Debug for PatientIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PatientIdentity(secret)")
    }
}

/// A usable event, in its two halves: the record for silver, the identity for the vault.
///
/// `Debug` prints the record alone.
#[derive(Clone, PartialEq, Eq)]
pub struct CleanedEvent {
    /// Without identity.
    pub record: AdtRecord,
    /// The patient's identity as this event states it.
    pub identity: PatientIdentity,
    /// The hospital's number of the encounter. Identity.
    pub encounter_id: Option<String>,
    /// The attending doctor's number. Identity.
    pub attending_staff_id: Option<String>,
}

impl fmt::Debug for CleanedEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CleanedEvent")
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}
