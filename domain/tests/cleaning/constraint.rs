//! What the tables of the warehouse take: the types, checks and keys of
//! `database/migrations/V4__silver.sql`, `V5__vault.sql`, `V6__gold.sql` and `V12__extracts.sql`,
//! and the days of `gold.dim_date`. What must not be null there is no `Option` here.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::clean::AGE_YEARS_MAX;
use domain::extract::{ClinicalLine, EncounterLine, Line, PatientLine, Value};
use domain::history::{Admission, LocationStay, PatientHistory, PatientVersion};
use domain::record::{AdtRecord, CleanedEvent, PatientAttributes, PatientIdentity, Place, Trigger};
use domain::rule::{Rule, Severity, record as rule};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

/// PostgreSQL's text takes no NUL; the rules leave nothing that is damaged.
fn text<'t>(texts: impl IntoIterator<Item = &'t Option<String>>) -> TestCaseResult {
    for text in texts.into_iter().flatten() {
        prop_assert!(!text.is_empty() && text.trim() == text, "{text:?}");
        let is_damaged = |it: char| it.is_control() || it == '\u{fffd}';
        prop_assert!(!text.contains(is_damaged), "{text:?}");
    }
    Ok(())
}

/// The day in any zone is one of `dim_date`, and no microsecond is lost.
fn time(time: DateTime<Utc>) -> TestCaseResult {
    prop_assert!((1901..=2299).contains(&time.year()), "{time}");
    prop_assert_eq!(time.timestamp_subsec_nanos() % 1_000, 0, "{}", time);
    Ok(())
}

/// `silver.adt_record` and the vault take it, and no rule of cleaning has left anything to do.
pub(super) fn silver(cleaned: &CleanedEvent) -> TestCaseResult {
    let record = &cleaned.record;
    times(record)?;
    texts(record)?;
    repairs(&record.repairs)?;
    let needs_encounter = record.trigger != Trigger::Update;
    prop_assert!(record.encounter_key.is_some() || !needs_encounter);
    prop_assert_eq!(
        record.encounter_key.is_some(),
        cleaned.encounter_id.is_some()
    );
    let age = record.age_at_admission_years;
    prop_assert!(age.is_none_or(|age| (0..=AGE_YEARS_MAX).contains(&age)));
    prop_assert_eq!(age.is_some(), record.patient.birth_year.is_some());
    vault(&cleaned.identity)?;
    text([&cleaned.encounter_id, &cleaned.attending_staff_id])
}

/// Each rule once, in the order of their codes.
fn repairs(repairs: &[&'static Rule]) -> TestCaseResult {
    let codes: Vec<&str> = repairs.iter().map(|rule| rule.code).collect();
    prop_assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    for repair in repairs {
        prop_assert!(rule::ALL.contains(repair) && repair.severity == Severity::Repair);
    }
    Ok(())
}

/// The table of a line's kind and the vault take it.
pub(super) fn line(line: &Line, extracted_at: DateTime<Utc>) -> TestCaseResult {
    match line {
        Line::Patient(line) => registered(line),
        Line::Encounter(line) => extracted(line, extracted_at),
        Line::Clinical(line) => clinical(line, extracted_at),
    }
}

/// `silver.patients` and `vault.registered_patient`.
fn registered(line: &PatientLine) -> TestCaseResult {
    let registered = &line.registered;
    attributes(&registered.patient)?;
    text([&registered.blood_type, &registered.chronic_conditions])?;
    let days = [registered.registered_on, registered.updated_on];
    for day in days.into_iter().flatten() {
        date(day)?;
    }
    repairs(&registered.repairs)?;
    vault(&line.identity)?;
    text([&line.next_of_kin_phone])
}

/// `silver.encounters` and the vault. Nothing in it lies after the extract.
fn extracted(line: &EncounterLine, extracted_at: DateTime<Utc>) -> TestCaseResult {
    let extract = &line.extract;
    let times = [
        extract.first_location_at,
        extract.last_location_left_at,
        extract.admitted_at,
        extract.discharged_at,
    ];
    for at in times.into_iter().flatten() {
        time(at)?;
        prop_assert!(at <= extracted_at);
    }
    let stay = extract.admitted_at.zip(extract.discharged_at);
    prop_assert!(stay.is_none_or(|(from, to)| from <= to));
    repairs(&extract.repairs)?;
    let place = &extract.location;
    text([&place.department_code, &place.ward, &place.bed])?;
    text([
        &extract.admission_type,
        &extract.admission_source,
        &extract.disposition,
        &Some(line.patient_id.clone()),
        &Some(line.encounter_id.clone()),
        &line.attending_staff_id,
    ])
}

/// The table of a clinical kind and the vault.
fn clinical(line: &ClinicalLine, extracted_at: DateTime<Utc>) -> TestCaseResult {
    prop_assert!(line.line_number > 0);
    for value in line.values.iter().flatten() {
        match value {
            Value::Text(value) => text([&Some(value.clone())])?,
            Value::Time(at) => {
                time(*at)?;
                prop_assert!(*at <= extracted_at);
            }
            Value::Date(day) => date(*day)?,
            Value::Whole(_) | Value::Truth(_) | Value::Pseudonym(_) => {}
        }
    }
    repairs(&line.repairs)?;
    for (_, staff_id) in &line.staff {
        text([&Some(staff_id.clone())])?;
    }
    text([
        &Some(line.patient_id.clone()),
        &Some(line.encounter_id.clone()),
    ])
}

/// PostgreSQL's dates end before chrono's do.
fn date(day: NaiveDate) -> TestCaseResult {
    prop_assert!((0..=9999).contains(&day.year()), "{day}");
    Ok(())
}

fn times(record: &AdtRecord) -> TestCaseResult {
    let administrative = [record.admitted_at, record.discharged_at];
    for at in administrative.into_iter().flatten() {
        time(at)?;
    }
    time(record.occurred_at)?;
    time(record.recorded_at)?;
    prop_assert!(record.occurred_at <= record.recorded_at);
    let stay = record.admitted_at.zip(record.discharged_at);
    prop_assert!(stay.is_none_or(|(from, to)| from <= to));
    Ok(())
}

fn texts(record: &AdtRecord) -> TestCaseResult {
    let place = |place: &Place| text([&place.department_code, &place.ward, &place.bed]);
    place(&record.location)?;
    place(&record.prior_location)?;
    text([
        &Some(record.hospital_code.clone()),
        &record.source_system,
        &record.hospital_service,
        &record.admission_type,
        &record.admission_source,
        &record.discharge_disposition,
    ])?;
    attributes(&record.patient)
}

fn attributes(patient: &PatientAttributes) -> TestCaseResult {
    text([
        &patient.sex,
        &patient.citizenship,
        &patient.home_language,
        &patient.religion,
        &patient.ethnicity,
        &patient.marital_status,
        &patient.medical_scheme,
        &patient.municipality,
        &patient.province,
    ])
}

fn vault(identity: &PatientIdentity) -> TestCaseResult {
    if let Some(born_on) = identity.date_of_birth {
        date(born_on)?;
    }
    if let Some(deceased_at) = identity.deceased_at {
        time(deceased_at)?;
    }
    text([
        &Some(identity.patient_id.clone()),
        &identity.id_number,
        &identity.first_name,
        &identity.last_name,
        &identity.phone,
        &identity.email,
        &identity.street,
        &identity.suburb,
        &identity.postal_code,
    ])
}

/// The tables of gold and `silver.finding` take it.
pub(super) fn gold(history: &PatientHistory) -> TestCaseResult {
    versions(&history.versions)?;
    for admission in &history.admissions {
        admitted(admission)?;
    }
    for stay in &history.stays {
        stayed(stay)?;
    }
    unique(history.versions.iter().map(|it| it.patient_key))?;
    unique(history.admissions.iter().map(|it| it.encounter_key))?;
    unique(
        history
            .stays
            .iter()
            .map(|it| (it.encounter_key, it.arrived_at)),
    )?;
    unique(
        history
            .findings
            .iter()
            .map(|it| (it.rule.code, it.event_id)),
    )
}

/// `dim_patient_interval`, `dim_patient_joined`, `dim_patient_version`, `dim_patient_one_current`.
fn versions(versions: &[PatientVersion]) -> TestCaseResult {
    for version in versions {
        prop_assert!(version.valid_to.is_none_or(|to| version.valid_from < to));
    }
    for pair in versions.windows(2) {
        prop_assert_eq!(pair[0].valid_to, Some(pair[1].valid_from));
    }
    let current = versions.iter().filter(|it| it.is_current());
    prop_assert_eq!(current.count(), usize::from(!versions.is_empty()));
    Ok(())
}

/// `fact_admission_interval` and the checks of its columns.
fn admitted(admission: &Admission) -> TestCaseResult {
    let located = admission
        .first_location_at
        .zip(admission.last_location_left_at);
    prop_assert!(located.is_none_or(|(from, to)| from <= to));
    prop_assert!(
        admission
            .length_of_stay_seconds
            .is_none_or(|seconds| seconds >= 0)
    );
    prop_assert!(admission.transfer_count >= 0);
    Ok(())
}

/// `fact_location_stay_interval` and the checks of its columns.
fn stayed(stay: &LocationStay) -> TestCaseResult {
    prop_assert!(stay.left_at.is_none_or(|left_at| stay.arrived_at < left_at));
    prop_assert!(stay.stay_number > 0);
    Ok(())
}

fn unique<K: Ord>(keys: impl Iterator<Item = K>) -> TestCaseResult {
    let keys: Vec<K> = keys.collect();
    let rows = keys.len();
    prop_assert_eq!(BTreeSet::from_iter(keys).len(), rows);
    Ok(())
}
