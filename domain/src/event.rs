//! The event as a source system sends it: wide, nullable, nothing checked yet.
//!
//! The shape is that of an HL7 v2 ADT message, one for all triggers; the wire form is
//! `schemas/adt_event.v1.avsc`. What the cleaning makes of it is [`crate::record::AdtRecord`].

use std::fmt;

use serde::Serialize;

/// An admission, transfer, discharge or update, as sent.
///
/// Times are text, RFC 3339 expected. `None` means that the source said nothing. `Debug` prints
/// nothing of who the patient is.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct AdtEvent {
    /// UUID of the event, derived from its natural key (see [`crate::event_id`]).
    pub event_id: Option<String>,
    /// HL7 trigger: `A01`, `A02`, `A03`, `A08`.
    pub event_type: Option<String>,
    /// When it happened (EVN-6).
    pub occurred_at: Option<String>,
    /// When it was entered (EVN-2).
    pub recorded_at: Option<String>,
    /// Administrative time of admission (PV1-44).
    pub admitted_at: Option<String>,
    /// Administrative time of discharge (PV1-45).
    pub discharged_at: Option<String>,
    /// The sending application (MSH-3).
    pub source_system: Option<String>,
    /// The hospital's code in the network file (MSH-4).
    pub hospital_code: Option<String>,
    /// Identity. The hospital's own number of the patient (PID-3).
    pub patient_id: Option<String>,
    /// Identity. The hospital's number of the encounter (PV1-19).
    pub encounter_id: Option<String>,
    /// Number of the event within its encounter; breaks ties of time.
    pub sequence: Option<i64>,
    /// Where the patient is from `occurred_at` on (PV1-3).
    pub location: Option<Location>,
    /// Where the patient was before (PV1-6).
    pub prior_location: Option<Location>,
    /// The clinical service that treats the patient (PV1-10).
    pub hospital_service: Option<String>,
    /// The attending doctor (PV1-7).
    pub attending_staff_id: Option<String>,
    /// Emergency, elective and so on (PV1-4).
    pub admission_type: Option<String>,
    /// Where the patient came from (PV1-14).
    pub admission_source: Option<String>,
    /// Where the patient went (PV1-36).
    pub discharge_disposition: Option<String>,
    /// Whether the patient died in this encounter (PID-30).
    pub died: Option<bool>,
    /// Administrative sex (PID-8).
    pub sex: Option<String>,
    /// Citizenship (PID-26).
    pub citizenship: Option<String>,
    /// Language spoken at home (PID-15).
    pub home_language: Option<String>,
    /// Religion (PID-17).
    pub religion: Option<String>,
    /// Ethnic group (PID-22).
    pub ethnicity: Option<String>,
    /// Marital status (PID-16).
    pub marital_status: Option<String>,
    /// Medical scheme or insurance that pays (IN1).
    pub medical_scheme: Option<String>,
    /// Municipality of residence.
    pub municipality: Option<String>,
    /// Province of residence.
    pub province: Option<String>,
    /// Who the patient is (PID).
    pub identity: Option<Identity>,
}

/// A place in a hospital (HL7 data type PL).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The department's code in the network file.
    pub department_code: Option<String>,
    /// The ward within the hospital.
    pub ward: Option<String>,
    /// The bed within the ward.
    pub bed: Option<String>,
}

/// Who the patient is. Kept in Kafka, bronze and the vault alone; `Debug` prints nothing of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// South African identity number, 13 digits.
    pub id_number: Option<String>,
    /// Given names.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Date of birth, `YYYY-MM-DD` expected (PID-7).
    pub date_of_birth: Option<String>,
    /// Time of death (PID-29), from the event that reports it on.
    pub deceased_at: Option<String>,
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

impl fmt::Debug for AdtEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AdtEvent")
            .field("event_id", &self.event_id)
            .field("event_type", &self.event_type)
            .field("occurred_at", &self.occurred_at)
            .field("hospital_code", &self.hospital_code)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Identity(secret)")
    }
}

impl AdtEvent {
    /// The Kafka key of the event, `hospital_code:patient_id`, where both are known.
    pub fn key(&self) -> Option<String> {
        Some(format!(
            "{}:{}",
            self.hospital_code.as_ref()?,
            self.patient_id.as_ref()?
        ))
    }
}
