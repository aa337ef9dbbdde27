//! Extracts of encounters of the one patient, built by what a test wants to say of them.

use chrono::{DateTime, Utc};
use domain::extract::EncounterExtract;
use domain::record::Place;
use uuid::Uuid;

use super::snapshot::date;
use super::{HOSPITAL, PATIENT, encounter, hour};

/// Encounter 1 in the extract of day `number`, taken at that hour, in a department that is known.
pub(in super::super) fn extract(number: u8) -> EncounterExtract {
    EncounterExtract {
        patient_pseudonym: PATIENT,
        encounter_key: encounter(1),
        content_hash: Uuid::from_u128(0xC0),
        hospital_code: HOSPITAL.to_owned(),
        extract_date: date(number),
        extracted_at: hour(number.into()),
        admission_type: None,
        admission_source: None,
        admitted_at: None,
        first_location_at: None,
        location: Place {
            department_code: Some(super::MEDICINE.to_owned()),
            ..Place::default()
        },
        attending_staff_pseudonym: None,
        discharged_at: None,
        last_location_left_at: None,
        disposition: None,
        died: None,
        repairs: Vec::new(),
    }
}

/// What a test may say of an extract.
pub(in super::super) trait Extracted: Sized {
    /// Changes the extract in place.
    fn with(self, change: impl FnOnce(&mut EncounterExtract)) -> Self;

    /// Another content, with a hash that is greater for a greater number.
    fn content(self, number: u8) -> Self {
        self.with(|it| it.content_hash = Uuid::from_u128(0xC0 + u128::from(number)))
    }

    fn encounter(self, number: u8) -> Self {
        self.with(|it| it.encounter_key = encounter(number))
    }

    fn to(self, department: &str) -> Self {
        self.with(|it| it.location.department_code = Some(department.to_owned()))
    }

    /// When the patient arrived at the first location.
    fn arrived(self, at: i64) -> Self {
        self.with(|it| it.first_location_at = Some(hour(at)))
    }

    /// When the patient left the last location.
    fn left(self, at: i64) -> Self {
        self.with(|it| it.last_location_left_at = Some(hour(at)))
    }

    fn admitted(self, at: DateTime<Utc>) -> Self {
        self.with(|it| it.admitted_at = Some(at))
    }

    fn discharged(self, at: DateTime<Utc>) -> Self {
        self.with(|it| it.discharged_at = Some(at))
    }
}

impl Extracted for EncounterExtract {
    fn with(mut self, change: impl FnOnce(&mut EncounterExtract)) -> Self {
        change(&mut self);
        self
    }
}
