//! What the tables of the warehouse take: the types, checks and keys of
//! `database/migrations/V4__silver.sql`, `V5__vault.sql`, `V6__gold.sql`, `V12__extracts.sql` and
//! `V19__people.sql`, and the days of `gold.dim_date`. What must not be null there is no `Option` here.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::clean::AGE_YEARS_MAX;
use domain::department::DepartmentStatement;
use domain::extract::{
    AssignmentLine, ClinicalLine, EncounterLine, Line, ListedStaff, PatientLine, RecordLine,
    StaffLine, Value,
};
use domain::history::{Admission, LocationStay, PatientHistory, PatientVersion};
use domain::record::{AdtRecord, CleanedEvent, PatientAttributes, PatientIdentity, Place, Trigger};
use domain::rule::{
    Rule, Severity, department as department_rule, record as rule, staff as staff_rule,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::arbitrary::HOSPITALS;

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
        let of_statements = department_rule::ALL.iter().chain(staff_rule::ALL);
        let mut all = rule::ALL.iter().chain(of_statements);
        prop_assert!(all.any(|rule| rule == repair) && repair.severity == Severity::Repair);
    }
    Ok(())
}

/// The table of a line's kind and the vault take it.
pub(super) fn line(line: &Line, extracted_at: DateTime<Utc>) -> TestCaseResult {
    match line {
        Line::Patient(line) => registered(line),
        Line::Encounter(line) => extracted(line, extracted_at),
        Line::Clinical(line) => clinical(line, extracted_at),
        Line::Record(line) => stated(line, extracted_at),
        Line::Department(stated) => department(stated, extracted_at),
        Line::Staff(line) => listed(line),
        Line::Assignment(line) => assignment(line, extracted_at),
    }
}

/// `silver.staff` and `vault.listed_staff`.
fn listed(line: &StaffLine) -> TestCaseResult {
    let ListedStaff {
        role,
        specialty,
        sex,
        ..
    } = &line.listed;
    text([role, specialty, sex])?;
    repairs(&line.listed.repairs)?;
    let identity = &line.identity;
    text([
        &Some(identity.staff_id.clone()),
        &identity.id_number,
        &identity.first_name,
        &identity.last_name,
        &identity.registration_number,
    ])
}

/// `silver.staff_statement`.
fn assignment(line: &AssignmentLine, extracted_at: DateTime<Utc>) -> TestCaseResult {
    prop_assert!((1..=2).contains(&line.statements.len()));
    for cleaned in &line.statements {
        let stated = &cleaned.statement;
        prop_assert_eq!(stated.staff_pseudonym, line.staff_pseudonym);
        prop_assert_eq!(stated.statement.recorded_at, Some(extracted_at));
        time(stated.statement.effective_at.unwrap())?;
        let attributes = &stated.statement.attributes;
        prop_assert!(HOSPITALS.contains(&&*attributes.hospital_code));
        prop_assert!(attributes.roster_slot.is_none_or(|it| (0..8).contains(&it)));
        text([
            &attributes.department_code,
            &attributes.role,
            &attributes.specialty,
            &attributes.shift,
        ])?;
        repairs(&stated.repairs)?;
    }
    let instants = line
        .statements
        .iter()
        .map(|it| it.statement.statement.effective_at);
    prop_assert!(instants.is_sorted_by(|begin, end| begin < end));
    Ok(())
}

/// `silver.department_statement`.
fn department(stated: &DepartmentStatement, extracted_at: DateTime<Utc>) -> TestCaseResult {
    let statement = &stated.statement;
    let (name, kind) = (&statement.attributes.name, &statement.attributes.kind);
    text([&Some(name.clone()), &Some(kind.clone())])?;
    prop_assert!(HOSPITALS.contains(&&*stated.department.hospital_code));
    let code = stated.department.department_code.bytes();
    prop_assert!((1..=20).contains(&code.len()) && !code.clone().any(|it| it.is_ascii_lowercase()));
    let beds = statement.attributes.beds;
    prop_assert!(beds.is_none_or(|beds| (0..=100_000).contains(&beds)));
    let told = (statement.effective_at, statement.recorded_at);
    prop_assert_eq!(told, (Some(extracted_at), Some(extracted_at)));
    repairs(&stated.repairs)
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
    values(&line.values, extracted_at)?;
    repairs(&line.repairs)?;
    for (_, staff_id) in &line.staff {
        text([&Some(staff_id.clone())])?;
    }
    text([
        &Some(line.patient_id.clone()),
        &Some(line.encounter_id.clone()),
    ])
}

/// The table of a kind of records and the vault.
fn stated(line: &RecordLine, extracted_at: DateTime<Utc>) -> TestCaseResult {
    values(&line.values, extracted_at)?;
    values(&line.identity, extracted_at)?;
    repairs(&line.repairs)?;
    // Who it is, is known: the first column of the vault beside the pseudonym.
    prop_assert!(line.identity[0].is_some());
    Ok(())
}

fn values(values: &[Option<Value>], extracted_at: DateTime<Utc>) -> TestCaseResult {
    for value in values.iter().flatten() {
        match value {
            Value::Text(value) => text([&Some(value.clone())])?,
            Value::Time(at) => {
                time(*at)?;
                prop_assert!(*at <= extracted_at);
            }
            Value::Date(day) => date(*day)?,
            Value::Whole(_) | Value::Year(_) | Value::Truth(_) | Value::Pseudonym(_) => {}
        }
    }
    Ok(())
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
