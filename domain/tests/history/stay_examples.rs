//! Stays, by example.

use chrono::{DateTime, TimeDelta, Utc};
use domain::dimension_key::{department_key, patient_version_key, unknown_member_key};
use domain::history::{LocationStay, PatientHistory, history};
use domain::record::AdtRecord;
use uuid::Uuid;

use super::builder::{
    HOSPITAL, INTENSIVE_CARE, MEDICINE, NEW_WING, PATIENT, SURGERY, Saying, UNHEARD_OF, admit,
    departments, discharge, encounter, hour, intensive_care_key, new_wing_key, transfer, update,
};

fn of(records: &[AdtRecord]) -> PatientHistory {
    history(records, &departments())
}

/// (ward, `arrived_at`, `left_at`, seconds) of each stay.
type Shown = (String, DateTime<Utc>, Option<DateTime<Utc>>, Option<i64>);

fn wards(records: &[AdtRecord]) -> Vec<Shown> {
    let shown = |stay: LocationStay| {
        let ward = stay.ward.unwrap_or_default();
        (ward, stay.arrived_at, stay.left_at, stay.stay_seconds)
    };
    of(records).stays.into_iter().map(shown).collect()
}

fn ward(name: &str, from: i64, to: i64) -> Shown {
    let seconds = (to - from) * 3_600;
    (name.to_owned(), hour(from), Some(hour(to)), Some(seconds))
}

fn open(name: &str, from: i64) -> Shown {
    (name.to_owned(), hour(from), None, None)
}

#[test]
fn a_stay_carries_its_statement() {
    let records = [admit(1, MEDICINE, "12").bed("B"), discharge(3)];
    let stay = LocationStay {
        encounter_key: encounter(1),
        arrived_at: hour(1),
        stay_number: 1,
        patient_key: patient_version_key(PATIENT, hour(1)),
        patient_pseudonym: PATIENT,
        hospital_code: "TEST".to_owned(),
        department_key: department_key(HOSPITAL, MEDICINE),
        ward: Some("12".to_owned()),
        bed: Some("B".to_owned()),
        left_at: Some(hour(3)),
        stay_seconds: Some(7_200),
    };
    assert_eq!(of(&records).stays, [stay]);
}

#[test]
fn a_stay_ends_where_the_next_begins_and_the_last_at_the_discharge() {
    let records = [
        admit(1, MEDICINE, "a"),
        transfer(3, SURGERY, "b"),
        transfer(4, MEDICINE, "c"),
        discharge(9),
    ];
    assert_eq!(
        wards(&records),
        [ward("a", 1, 3), ward("b", 3, 4), ward("c", 4, 9)]
    );
}

#[test]
fn the_last_stay_is_open_while_there_is_no_discharge() {
    let records = [admit(1, MEDICINE, "a"), transfer(3, SURGERY, "b")];
    assert_eq!(wards(&records), [ward("a", 1, 3), open("b", 3)]);
}

#[test]
fn the_same_place_again_makes_a_stay_of_its_own() {
    let records = [
        admit(1, MEDICINE, "a"),
        transfer(2, MEDICINE, "a"),
        discharge(3),
    ];
    assert_eq!(wards(&records), [ward("a", 1, 2), ward("a", 2, 3)]);
}

#[test]
fn an_update_never_makes_cuts_or_moves_a_stay() {
    let records = [
        admit(1, MEDICINE, "a"),
        update(2).to(SURGERY, "b"),
        update(5).at(1).sequence(9).to(SURGERY, "c"),
        discharge(3),
        update(4).to(SURGERY, "d"),
    ];
    assert_eq!(wards(&records), [ward("a", 1, 3)]);
}

#[test]
fn statements_at_or_after_the_discharge_do_not_count() {
    let records = [
        admit(1, MEDICINE, "a"),
        discharge(3),
        transfer(4, SURGERY, "b").at(3),
        transfer(5, SURGERY, "c"),
    ];
    assert_eq!(wards(&records), [ward("a", 1, 3)]);
}

#[test]
fn a_discharge_before_the_first_statement_closes_nothing() {
    let records = [
        discharge(1),
        admit(2, MEDICINE, "a"),
        transfer(3, SURGERY, "b"),
    ];
    assert_eq!(wards(&records), [ward("a", 2, 3), open("b", 3)]);
}

#[test]
fn the_last_discharge_ends_the_encounter_though_one_came_before_it() {
    let records = [
        admit(1, MEDICINE, "a"),
        discharge(2),
        transfer(3, SURGERY, "b"),
        discharge(4),
    ];
    assert_eq!(wards(&records), [ward("a", 1, 3), ward("b", 3, 4)]);
}

#[test]
fn seconds_are_whole_and_rounded_down() {
    let almost_two_seconds = TimeDelta::microseconds(1_999_999);
    let records = [
        admit(1, MEDICINE, "a"),
        discharge(2).at_time(hour(1) + almost_two_seconds),
    ];
    assert_eq!(of(&records).stays[0].stay_seconds, Some(1));
    let records = [
        admit(1, MEDICINE, "a").at_time(hour(1) - TimeDelta::microseconds(1)),
        discharge(2).at_time(hour(1)),
    ];
    assert_eq!(of(&records).stays[0].stay_seconds, Some(0));
}

#[test]
fn a_late_change_splits_a_version_and_the_stay_points_to_the_right_one_afterwards() {
    let mut records = vec![
        admit(1, MEDICINE, "a").scheme("A"),
        transfer(3, SURGERY, "b").scheme("A"),
        transfer(5, MEDICINE, "c").scheme("A"),
    ];
    let keys = |records: &[AdtRecord]| -> Vec<Uuid> {
        of(records).stays.iter().map(|s| s.patient_key).collect()
    };
    let version = |from: i64| patient_version_key(PATIENT, hour(from));
    assert_eq!(keys(&records), [version(1), version(1), version(1)]);

    records.push(update(2).recorded(20).scheme("B"));
    // The statement of 3:00 is no repetition any more: it changes B back to A.
    assert_eq!(of(&records).versions.len(), 3);
    assert_eq!(keys(&records), [version(1), version(3), version(3)]);

    records.push(update(6).at(3).sequence(1).recorded(21).scheme("B"));
    assert_eq!(keys(&records), [version(1), version(2), version(5)]);
}

#[test]
fn a_department_is_taken_in_the_version_valid_on_arrival() {
    let records = [
        admit(3, INTENSIVE_CARE, "a").recorded(9),
        transfer(4, INTENSIVE_CARE, "b"),
        transfer(7, INTENSIVE_CARE, "c"),
        transfer(8, INTENSIVE_CARE, "d"),
    ];
    let history = of(&records);
    let keys: Vec<Uuid> = history.stays.iter().map(|s| s.department_key).collect();
    assert_eq!(keys, [1, 2, 2, 3].map(intensive_care_key));
    let admission = &history.admissions[0];
    assert_eq!(admission.admission_department_key, intensive_care_key(1));
    assert_eq!(admission.last_department_key, intensive_care_key(3));
}

#[test]
fn a_department_that_is_not_known_is_the_unknown_member() {
    let records = [
        admit(1, UNHEARD_OF, "a"),
        transfer(2, MEDICINE, "a").with(|r| r.location.department_code = None),
        transfer(3, NEW_WING, "a"),
        transfer(4, NEW_WING, "a"),
    ];
    let keys: Vec<Uuid> = of(&records)
        .stays
        .iter()
        .map(|s| s.department_key)
        .collect();
    let unknown = unknown_member_key("dim_department");
    assert_eq!(keys, [unknown, unknown, unknown, new_wing_key()]);
}
