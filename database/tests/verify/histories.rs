//! What the fold makes of arbitrary sets of silver, events and extracts, is what verify's SQL makes of
//! them: both were written from `docs/history.md`.

use database::verify::{self, CHECKS, Check};
use domain::extract::snapshot::State;
use domain::history::{PatientHistory, history};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use super::history_of_domain::{Silver, departments, silver};
use super::warehouse;

/// The departments of the sets, and their wards.
const DEPARTMENTS: &str = "
    insert into gold.dim_department (
        department_key, hospital_code, department_code, name, kind, valid_from, valid_to, is_current
    ) values
    ('11211fe9-3d8a-5df2-a9e8-a1a4f1416ab9', 'unknown', 'unknown', '', '', '-infinity', 'infinity', true),
    ('00000000-0000-0000-0000-000000000d00', 'TEST', 'D0', '', '', '-infinity', 'infinity', true),
    ('00000000-0000-0000-0000-000000000d0a', 'TEST', 'D1', 'until then', '', '-infinity', '1970-01-01 00:00:00.000001+00', false),
    ('00000000-0000-0000-0000-000000000d0b', 'TEST', 'D1', '', '', '1970-01-01 00:00:00.000001+00', 'infinity', true),
    ('00000000-0000-0000-0000-000000000d14', 'TEST', 'D2', '', '', '1970-01-01 00:00:00.000001+00', 'infinity', true);
    insert into silver.ward (hospital_code, department_code, ward, beds) values
    ('TEST', 'D0', 'value 0', 3), ('TEST', 'D2', 'value 1', 1), ('TEST', 'D3', 'value 1', 1);
    insert into gold.dim_patient (
        patient_key, patient_pseudonym, hospital_code, valid_from, valid_to, is_current
    ) values
    ('3c76e6fc-917a-c24e-d9fd-3990d26bc670', '00000000-0000-0000-0000-000000000000', 'unknown', '-infinity', 'infinity', true);";

#[tokio::test]
async fn arbitrary_histories_are_what_verify_derives() {
    let mut client = warehouse::migrated().await;
    let mut runner = TestRunner::deterministic();
    let strategy = silver();
    let mut sql = DEPARTMENTS.to_owned();
    for number in 1..=1_500 {
        let drawn = strategy.new_tree(&mut runner).unwrap().current();
        let silver = of_patient(drawn, number);
        let history = history(&silver, &departments());
        sql += &silver_sql(&silver);
        sql += &gold_sql(&history);
    }
    client.batch_execute(&sql).await.unwrap();

    let transaction = client.transaction().await.unwrap();
    let names = [
        "patient-history",
        "admission-history",
        "stay-history",
        "finding-history",
        "fact-patient",
        "version-unchanged",
    ];
    let checks = CHECKS.iter().filter(|check| names.contains(&check.name));
    let checks: Vec<Check> = checks.copied().collect();
    for result in verify::checks_in(&transaction, &checks).await.unwrap() {
        assert_eq!(
            result.violations, 0,
            "{}: {:#?}",
            result.name, result.samples
        );
    }
}

/// The same of another patient, whose encounters are nobody else's.
fn of_patient(mut silver: Silver, number: u128) -> Silver {
    let own = |id: Uuid| Uuid::from_u128(number << 64 | id.as_u128());
    for record in &mut silver.events {
        record.patient_pseudonym = own(record.patient_pseudonym);
        record.encounter_key = record.encounter_key.map(own);
    }
    for row in &mut silver.snapshots {
        row.patient_pseudonym = own(row.patient_pseudonym);
    }
    for extract in &mut silver.encounters {
        extract.patient_pseudonym = own(extract.patient_pseudonym);
        extract.encounter_key = own(extract.encounter_key);
    }
    silver
}

/// A value as SQL has it; `None` is NULL.
fn literal<V: ToString>(value: Option<V>) -> String {
    value.map_or("null".to_owned(), |it| format!("'{}'", it.to_string()))
}

/// A row of values, each written by `literal`.
macro_rules! row {
    ($table:literal, $($value:expr),* $(,)?) => {
        format!(
            "insert into {} values ({});\n",
            $table,
            [$(literal($value)),*].join(", ")
        )
    };
}

fn silver_sql(silver: &Silver) -> String {
    let mut sql = String::new();
    for it in &silver.events {
        let (patient, place) = (&it.patient, &it.location);
        sql += &row!(
            "silver.adt_record (
                patient_pseudonym, event_id, content_hash, encounter_key, event_type, occurred_at,
                recorded_at, admitted_at, discharged_at, hospital_code, sequence, department_code,
                ward, bed, admission_type, admission_source, discharge_disposition, died,
                age_at_admission_years, sex, religion, medical_scheme, repairs, topic_id, partition,
                kafka_offset
            )",
            Some(it.patient_pseudonym),
            Some(it.event_id),
            Some(it.content_hash),
            it.encounter_key,
            Some(it.trigger),
            Some(it.occurred_at),
            Some(it.recorded_at),
            it.admitted_at,
            it.discharged_at,
            Some(&it.hospital_code),
            it.sequence,
            place.department_code.as_ref(),
            place.ward.as_ref(),
            place.bed.as_ref(),
            it.admission_type.as_ref(),
            it.admission_source.as_ref(),
            it.discharge_disposition.as_ref(),
            it.died,
            it.age_at_admission_years,
            patient.sex.as_ref(),
            patient.religion.as_ref(),
            patient.medical_scheme.as_ref(),
            Some("{}"),
            Some(1),
            Some(0),
            Some(0),
        );
    }
    for it in &silver.snapshots {
        let (state, registered) = match &it.state {
            State::Registered(registered) => ("registered", Some(registered)),
            State::Absent => ("absent", None),
            State::Unreadable => ("unreadable", None),
        };
        let patient = registered.map(|it| &it.patient);
        sql += &row!(
            "silver.patients (
                hospital_code, patient_pseudonym, extract_date, extracted_at, state, content_hash,
                sex, medical_scheme, repairs, file_id
            )",
            Some(&it.hospital_code),
            Some(it.patient_pseudonym),
            Some(it.extract_date),
            Some(it.extracted_at),
            Some(state),
            registered.map(|it| it.content_hash),
            patient.and_then(|it| it.sex.as_ref()),
            patient.and_then(|it| it.medical_scheme.as_ref()),
            Some("{}"),
            Some(1),
        );
    }
    for it in &silver.encounters {
        sql += &row!(
            "silver.encounters (
                patient_pseudonym, encounter_key, extract_date, content_hash, hospital_code,
                extracted_at, admission_type, admission_source, admitted_at, first_location_at,
                department_code, ward, bed, discharged_at, last_location_left_at, disposition, died,
                repairs, file_id, line
            )",
            Some(it.patient_pseudonym),
            Some(it.encounter_key),
            Some(it.extract_date),
            Some(it.content_hash),
            Some(&it.hospital_code),
            Some(it.extracted_at),
            it.admission_type.as_ref(),
            it.admission_source.as_ref(),
            it.admitted_at,
            it.first_location_at,
            it.location.department_code.as_ref(),
            it.location.ward.as_ref(),
            it.location.bed.as_ref(),
            it.discharged_at,
            it.last_location_left_at,
            it.disposition.as_ref(),
            it.died,
            Some("{}"),
            Some(1),
            Some(2),
        );
    }
    sql
}

fn gold_sql(history: &PatientHistory) -> String {
    let mut sql = String::new();
    // Last versions first: each must join to one that is there.
    for it in history.versions.iter().rev() {
        let valid_to = it
            .valid_to
            .map_or("infinity".to_owned(), |at| at.to_string());
        sql += &row!(
            "gold.dim_patient (
                patient_key, patient_pseudonym, hospital_code, sex, religion, medical_scheme,
                valid_from, valid_to, is_current, is_registered
            )",
            Some(it.patient_key),
            Some(it.patient_pseudonym),
            Some(&it.hospital_code),
            it.attributes.sex.as_ref(),
            it.attributes.religion.as_ref(),
            it.attributes.medical_scheme.as_ref(),
            Some(it.valid_from),
            Some(valid_to),
            Some(it.is_current()),
            it.is_registered,
        );
    }
    for it in &history.admissions {
        sql += &row!(
            "gold.fact_admission (
                encounter_key, patient_key, patient_pseudonym, hospital_code,
                admission_department_key, last_department_key, admitted_at, first_location_at,
                last_location_left_at, discharged_at, length_of_stay_seconds, transfer_count,
                admission_type, admission_source, disposition, died, age_at_admission_years,
                age_band
            )",
            Some(it.encounter_key),
            Some(it.patient_key),
            Some(it.patient_pseudonym),
            Some(&it.hospital_code),
            Some(it.admission_department_key),
            Some(it.last_department_key),
            it.admitted_at,
            it.first_location_at,
            it.last_location_left_at,
            it.discharged_at,
            it.length_of_stay_seconds,
            Some(it.transfer_count),
            it.admission_type.as_ref(),
            it.admission_source.as_ref(),
            it.disposition.as_ref(),
            it.died,
            it.age_at_admission_years,
            Some(it.age_band.as_str()),
        );
    }
    for it in &history.stays {
        sql += &row!(
            "gold.fact_location_stay",
            Some(it.encounter_key),
            Some(it.arrived_at),
            Some(it.stay_number),
            Some(it.patient_key),
            Some(it.patient_pseudonym),
            Some(&it.hospital_code),
            Some(it.department_key),
            it.ward.as_ref(),
            it.bed.as_ref(),
            it.left_at,
            it.stay_seconds,
        );
    }
    for it in &history.findings {
        sql += &row!(
            "silver.finding (patient_pseudonym, rule, event_id, encounter_key)",
            Some(it.patient_pseudonym),
            Some(it.rule.code),
            Some(it.event_id),
            it.encounter_key,
        );
    }
    sql
}
