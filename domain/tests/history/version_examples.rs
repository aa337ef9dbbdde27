//! Versions of the patient, by example.

use chrono::{DateTime, Utc};
use domain::dimension_key::patient_version_key;
use domain::history::{PatientHistory, PatientVersion, history};
use domain::record::{AdtRecord, PatientAttributes};
use uuid::Uuid;

use super::builder::{MEDICINE, PATIENT, Saying, admit, departments, discharge, hour, update};

/// (medical scheme, `valid_from`, `valid_to`) of a version.
type Shown = (Option<String>, DateTime<Utc>, Option<DateTime<Utc>>);

fn schemes(records: &[AdtRecord]) -> Vec<Shown> {
    let versions = history(records, &departments()).versions;
    let shown = |version: PatientVersion| {
        (
            version.attributes.medical_scheme,
            version.valid_from,
            version.valid_to,
        )
    };
    versions.into_iter().map(shown).collect()
}

#[test]
fn a_version_carries_the_statement_it_comes_from() {
    let versions = history(&[update(1).scheme("A")], &departments()).versions;
    let attributes = PatientAttributes {
        medical_scheme: Some("A".into()),
        ..PatientAttributes::default()
    };
    let version = PatientVersion {
        patient_key: patient_version_key(PATIENT, hour(1)),
        patient_pseudonym: PATIENT,
        hospital_code: "TEST".to_owned(),
        attributes,
        is_registered: None,
        valid_from: hour(1),
        valid_to: None,
    };
    assert_eq!(versions, [version]);
}

#[test]
fn a_b_a_keeps_three_versions() {
    let records = [
        update(1).scheme("A"),
        update(2).scheme("B"),
        update(3).scheme("A"),
    ];
    assert_eq!(
        schemes(&records),
        [
            (Some("A".into()), hour(1), Some(hour(2))),
            (Some("B".into()), hour(2), Some(hour(3))),
            (Some("A".into()), hour(3), None),
        ]
    );
}

#[test]
fn an_unchanged_record_makes_no_version() {
    let records = [
        update(1).scheme("A"),
        update(2).scheme("A"),
        update(3).scheme("B"),
        update(4).scheme("B"),
    ];
    assert_eq!(
        schemes(&records),
        [
            (Some("A".into()), hour(1), Some(hour(3))),
            (Some("B".into()), hour(3), None),
        ]
    );
}

#[test]
fn null_is_a_value() {
    let records = [update(1).scheme("A"), update(2), update(3).scheme("A")];
    assert_eq!(
        schemes(&records),
        [
            (Some("A".into()), hour(1), Some(hour(2))),
            (None, hour(2), Some(hour(3))),
            (Some("A".into()), hour(3), None),
        ]
    );
}

#[test]
fn the_last_of_several_statements_at_one_instant_counts() {
    // B comes last by its sequence, so neither A nor C makes a version.
    let records = [
        update(1).at(1).sequence(1).scheme("C"),
        update(2).at(1).sequence(3).scheme("B"),
        update(3).at(1).scheme("A"),
    ];
    assert_eq!(schemes(&records), [(Some("B".into()), hour(1), None)]);
}

#[test]
fn a_missing_sequence_comes_before_any_other() {
    // Event 2 has the greater id, so only its missing sequence puts it first.
    for sequence in [-1, 0, 1] {
        let records = [
            update(1).at(1).sequence(sequence).scheme("A"),
            update(2).at(1).recorded(9).scheme("B"),
        ];
        assert_eq!(schemes(&records), [(Some("A".into()), hour(1), None)]);
    }
}

#[test]
fn a_statement_that_another_of_its_instant_outdoes_does_not_part_equal_neighbours() {
    let records = [
        update(1).scheme("A"),
        update(2).at(2).sequence(1).scheme("B"),
        update(3).at(2).sequence(2).scheme("A"),
        update(4).scheme("A"),
    ];
    assert_eq!(schemes(&records), [(Some("A".into()), hour(1), None)]);
}

#[test]
fn records_without_an_encounter_state_attributes_alone() {
    let history = history(
        &[
            update(1).without_encounter().scheme("A"),
            admit(2, MEDICINE, "1").without_encounter().scheme("B"),
            discharge(3).without_encounter().scheme("B"),
        ],
        &departments(),
    );
    assert_eq!(history.versions.len(), 2);
    assert_eq!(
        history,
        PatientHistory {
            versions: history.versions.clone(),
            ..PatientHistory::default()
        }
    );
}

#[test]
fn each_attribute_that_gold_shows_makes_a_version() {
    let word = || Some("x".to_owned());
    let changes: [fn(&mut PatientAttributes, Option<String>); 11] = [
        |patient, _| patient.person_pseudonym = Some(Uuid::from_u128(1)),
        |patient, word| patient.sex = word,
        |patient, _| patient.birth_year = Some(1950),
        |patient, word| patient.citizenship = word,
        |patient, word| patient.home_language = word,
        |patient, word| patient.religion = word,
        |patient, word| patient.ethnicity = word,
        |patient, word| patient.marital_status = word,
        |patient, word| patient.medical_scheme = word,
        |patient, word| patient.municipality = word,
        |patient, word| patient.province = word,
    ];
    for (change, number) in changes.into_iter().zip(0..) {
        let other = update(2).with(|record| change(&mut record.patient, word()));
        let versions = history(&[update(1), other], &departments()).versions;
        assert_eq!(versions.len(), 2, "attribute {number}");
    }
}

#[test]
fn what_gold_does_not_show_of_a_patient_makes_no_version() {
    let changed = update(2).with(|record| {
        record.hospital_service = Some("CARD".into());
        record.source_system = Some("other".into());
        record.attending_staff_pseudonym = Some(Uuid::from_u128(1));
    });
    let versions = history(&[update(1), changed], &departments()).versions;
    assert_eq!(versions.len(), 1);
}
