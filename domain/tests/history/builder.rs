//! Records of one patient, built by what a test wants to say of them.

#[path = "builder/extract.rs"]
pub(super) mod extract;
#[path = "builder/snapshot.rs"]
pub(super) mod snapshot;

use chrono::{DateTime, TimeDelta, Utc};
use domain::dimension_key::department_key;
use domain::history::{DepartmentVersion, Departments};
use domain::record::{AdtRecord, PatientAttributes, Place, Trigger};
use uuid::Uuid;

pub(super) const HOSPITAL: &str = "TEST";
pub(super) const PATIENT: Uuid = Uuid::from_u128(0xA);

/// Known from the beginning of time.
pub(super) const MEDICINE: &str = "MED";
/// Known from the beginning of time.
pub(super) const SURGERY: &str = "SUR";
/// Known from the beginning of time, with further versions from 4:00 and from 8:00.
pub(super) const INTENSIVE_CARE: &str = "ICU";
/// Known from 4:00 only.
pub(super) const NEW_WING: &str = "NEW";
/// Known from the beginning of time, with the wards T1 of twelve beds and T2 of one.
pub(super) const TOLD: &str = "TOLD";
/// Never known.
pub(super) const UNHEARD_OF: &str = "XXX";

pub(super) fn hour(hour: i64) -> DateTime<Utc> {
    let midnight = DateTime::from_timestamp(1_772_409_600, 0); // 2026-03-02T00:00:00Z
    midnight.expect("within chrono's range") + TimeDelta::hours(hour)
}

pub(super) fn event(number: u8) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

pub(super) fn encounter(number: u8) -> Uuid {
    Uuid::from_u128(0xE0 + u128::from(number))
}

pub(super) fn intensive_care_key(version: u8) -> Uuid {
    Uuid::from_u128(0x1C00 + u128::from(version))
}

pub(super) fn new_wing_key() -> Uuid {
    Uuid::from_u128(0x2E3)
}

pub(super) fn departments() -> Departments {
    let mut departments = Departments::default();
    // Not in the order of time: `add` says that any order will do.
    for (code, department_key, valid_from) in [
        (INTENSIVE_CARE, intensive_care_key(3), Some(hour(8))),
        (MEDICINE, department_key(HOSPITAL, MEDICINE), None),
        (INTENSIVE_CARE, intensive_care_key(1), None),
        (NEW_WING, new_wing_key(), Some(hour(4))),
        (SURGERY, department_key(HOSPITAL, SURGERY), None),
        (TOLD, department_key(HOSPITAL, TOLD), None),
        (INTENSIVE_CARE, intensive_care_key(2), Some(hour(4))),
    ] {
        let version = DepartmentVersion {
            department_key,
            valid_from,
        };
        departments.add(HOSPITAL, code, version);
    }
    departments.add_ward(HOSPITAL, TOLD, "T1", 12);
    departments.add_ward(HOSPITAL, TOLD, "T2", 1);
    // The same code in another hospital is another department.
    let elsewhere = DepartmentVersion {
        department_key: Uuid::from_u128(0xBAD),
        valid_from: None,
    };
    departments.add("OTHER", UNHEARD_OF, elsewhere);
    departments
}

/// Event `number`, at that hour, of encounter 1; a second content is made by `content`.
fn record(number: u8, trigger: Trigger) -> AdtRecord {
    let at = hour(i64::from(number));
    AdtRecord {
        patient_pseudonym: PATIENT,
        event_id: event(number),
        content_hash: Uuid::from_u128(0xC0),
        encounter_key: Some(encounter(1)),
        trigger,
        occurred_at: at,
        recorded_at: at,
        admitted_at: None,
        discharged_at: None,
        source_system: None,
        hospital_code: HOSPITAL.to_owned(),
        sequence: None,
        location: Place::default(),
        prior_location: Place::default(),
        hospital_service: None,
        attending_staff_pseudonym: None,
        admission_type: None,
        admission_source: None,
        discharge_disposition: None,
        died: None,
        age_at_admission_years: None,
        patient: PatientAttributes::default(),
        repairs: Vec::new(),
    }
}

/// An A01 to a bed of a ward of a department.
pub(super) fn admit(number: u8, department: &str, ward: &str) -> AdtRecord {
    record(number, Trigger::Admit).to(department, ward)
}

/// An A02 to a ward of a department.
pub(super) fn transfer(number: u8, department: &str, ward: &str) -> AdtRecord {
    record(number, Trigger::Transfer).to(department, ward)
}

/// An A03.
pub(super) fn discharge(number: u8) -> AdtRecord {
    record(number, Trigger::Discharge)
}

/// An A08.
pub(super) fn update(number: u8) -> AdtRecord {
    record(number, Trigger::Update)
}

/// What a test may say of a record beyond its trigger.
pub(super) trait Saying: Sized {
    /// Changes the record in place.
    fn with(self, change: impl FnOnce(&mut AdtRecord)) -> Self;

    /// Moves both times to an hour.
    fn at(self, at: i64) -> Self {
        self.at_time(hour(at))
    }

    /// Moves both times to an instant.
    fn at_time(self, at: DateTime<Utc>) -> Self {
        self.with(|record| {
            record.occurred_at = at;
            record.recorded_at = at;
        })
    }

    /// Entered so many hours after midnight, whenever it happened.
    fn recorded(self, at: i64) -> Self {
        self.with(|record| record.recorded_at = hour(at))
    }

    fn sequence(self, sequence: i64) -> Self {
        self.with(|record| record.sequence = Some(sequence))
    }

    /// Another content, with a hash that is greater for a greater number.
    fn content(self, number: u8) -> Self {
        self.with(|record| record.content_hash = Uuid::from_u128(0xC0 + u128::from(number)))
    }

    fn encounter(self, number: u8) -> Self {
        self.with(|record| record.encounter_key = Some(encounter(number)))
    }

    fn without_encounter(self) -> Self {
        self.with(|record| record.encounter_key = None)
    }

    fn to(self, department: &str, ward: &str) -> Self {
        self.with(|record| {
            record.location = Place {
                department_code: Some(department.to_owned()),
                ward: Some(ward.to_owned()),
                bed: Some("1".to_owned()),
            };
        })
    }

    fn bed(self, bed: &str) -> Self {
        self.with(|record| record.location.bed = Some(bed.to_owned()))
    }

    /// One attribute stands for all where a test wants some change of the patient.
    fn scheme(self, scheme: &str) -> Self {
        self.with(|record| record.patient.medical_scheme = Some(scheme.to_owned()))
    }

    fn admitted(self, at: DateTime<Utc>) -> Self {
        self.with(|record| record.admitted_at = Some(at))
    }

    fn discharged(self, at: DateTime<Utc>) -> Self {
        self.with(|record| record.discharged_at = Some(at))
    }
}

impl Saying for AdtRecord {
    fn with(mut self, change: impl FnOnce(&mut AdtRecord)) -> Self {
        change(&mut self);
        self
    }
}
