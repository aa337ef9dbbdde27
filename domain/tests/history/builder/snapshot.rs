//! Snapshots of the hospital of the one patient, loaded day by day as the loader does.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::extract::snapshot::{self, State};
use domain::extract::{PatientSnapshot, RegisteredPatient};
use domain::record::PatientAttributes;
use uuid::Uuid;

use super::{HOSPITAL, PATIENT, hour};

/// The snapshot of a day, as far as it says something of the patient.
#[derive(Debug, Clone)]
pub(in super::super) struct Day {
    pub(in super::super) date: NaiveDate,
    pub(in super::super) extracted_at: DateTime<Utc>,
    /// What it says of the patient, if it names the patient.
    pub(in super::super) named: Option<State<Arc<RegisteredPatient>>>,
    /// Whether it withdraws whom it does not name.
    pub(in super::super) withdraws: bool,
}

/// The day of an extract: numbered like the hours, so that a history stays short to read.
pub(in super::super) fn date(number: u8) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, number.into()).expect("a day of March")
}

/// A snapshot of day `number`, taken at that hour, that does not name the patient.
pub(in super::super) fn absent(number: u8) -> Day {
    Day {
        date: date(number),
        extracted_at: hour(number.into()),
        named: None,
        withdraws: true,
    }
}

/// One whose line of the patient was quarantined.
pub(in super::super) fn quarantined(number: u8) -> Day {
    Day {
        named: Some(State::Unreadable),
        ..absent(number)
    }
}

/// One that does not name the patient, but has a line that may be anybody's.
pub(in super::super) fn silent(number: u8) -> Day {
    Day {
        withdraws: false,
        ..absent(number)
    }
}

/// One that has the patient with a medical scheme, which stands for all attributes.
pub(in super::super) fn registered(number: u8, scheme: &str) -> Day {
    let patient = PatientAttributes {
        medical_scheme: Some(scheme.to_owned()),
        ..PatientAttributes::default()
    };
    registered_as(number, patient)
}

/// One that has the patient with these attributes, which give the hash.
pub(in super::super) fn registered_as(number: u8, patient: PatientAttributes) -> Day {
    let scheme = patient.medical_scheme.as_deref().unwrap_or_default();
    let text = scheme
        .bytes()
        .chain(patient.sex.iter().flat_map(|it| it.bytes()));
    let content = text.fold(1, |hash: u128, byte| hash << 8 | u128::from(byte));
    Day {
        named: Some(State::Registered(registration(content, patient))),
        ..absent(number)
    }
}

/// What a usable line says.
pub(in super::super) fn registration(
    content: u128,
    patient: PatientAttributes,
) -> Arc<RegisteredPatient> {
    Arc::new(RegisteredPatient {
        content_hash: Uuid::from_u128(content),
        patient,
        blood_type: None,
        chronic_conditions: None,
        registered_on: None,
        updated_on: None,
        repairs: Vec::new(),
    })
}

/// The patient's rows of `silver.patients` after the days were loaded in this order.
pub(in super::super) fn loaded<'a>(
    days: impl IntoIterator<Item = &'a Day>,
) -> Vec<PatientSnapshot> {
    let (mut rows, mut snapshots) = (Vec::new(), Vec::new());
    let mut loaded: Vec<&Day> = Vec::new();
    for day in days {
        let new = snapshot::Snapshot {
            date: day.date,
            withdraws: day.withdraws,
        };
        rows = snapshot::with(&rows, &snapshots, new, day.named.as_ref());
        snapshots.push(new);
        snapshots.sort_by_key(|it| it.date);
        loaded.push(day);
    }
    let taken_at = |date: NaiveDate| {
        let day = loaded.iter().find(|day| day.date == date);
        day.expect("rows stand on loaded days").extracted_at
    };
    let rows = rows.into_iter();
    rows.map(|(extract_date, state)| PatientSnapshot {
        patient_pseudonym: PATIENT,
        hospital_code: HOSPITAL.to_owned(),
        extract_date,
        extracted_at: taken_at(extract_date),
        state,
    })
    .collect()
}
