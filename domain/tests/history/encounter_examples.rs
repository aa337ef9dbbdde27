//! Admissions, by example.

use chrono::TimeDelta;
use domain::age::AgeBand;
use domain::dimension_key::{department_key, patient_version_key, unknown_member_key};
use domain::history::{Admission, history};
use domain::record::AdtRecord;

use super::builder::{
    HOSPITAL, MEDICINE, PATIENT, SURGERY, Saying, admit, departments, discharge, encounter, hour,
    transfer, update,
};

/// The one admission that the records make.
fn admission(records: &[AdtRecord]) -> Admission {
    let mut admissions = history(records, &departments()).admissions;
    assert_eq!(admissions.len(), 1);
    admissions.remove(0)
}

#[test]
fn an_admission_carries_what_its_records_state() {
    let records = [
        admit(1, MEDICINE, "a")
            .admitted(hour(0))
            .with(|r| r.admission_type = Some("EMERGENCY".into()))
            .with(|r| r.admission_source = Some("HOME".into()))
            .with(|r| r.age_at_admission_years = Some(64)),
        transfer(2, SURGERY, "b"),
        discharge(5)
            .discharged(hour(6))
            .with(|r| r.discharge_disposition = Some("DEAD".into()))
            .with(|r| r.died = Some(true)),
    ];
    let expected = Admission {
        encounter_key: encounter(1),
        patient_key: patient_version_key(PATIENT, hour(1)),
        patient_pseudonym: PATIENT,
        hospital_code: "TEST".to_owned(),
        admission_department_key: department_key(HOSPITAL, MEDICINE),
        last_department_key: department_key(HOSPITAL, SURGERY),
        admitted_at: Some(hour(0)),
        first_location_at: Some(hour(1)),
        last_location_left_at: Some(hour(5)),
        discharged_at: Some(hour(6)),
        length_of_stay_seconds: Some(6 * 3_600),
        transfer_count: 1,
        admission_type: Some("EMERGENCY".into()),
        admission_source: Some("HOME".into()),
        disposition: Some("DEAD".into()),
        died: Some(true),
        age_at_admission_years: Some(64),
        age_band: AgeBand::of(Some(64)),
    };
    assert_eq!(admission(&records), expected);
    assert_eq!(expected.age_band.as_str(), "45-64");
}

#[test]
fn each_fact_is_the_last_value_that_is_not_null_of_any_trigger() {
    let records = [
        admit(1, MEDICINE, "a")
            .admitted(hour(0))
            .with(|r| r.admission_type = Some("EMERGENCY".into()))
            .with(|r| r.died = Some(true)),
        discharge(2).discharged(hour(2)),
        update(3)
            .admitted(hour(1))
            .with(|r| r.admission_type = Some("URGENT".into()))
            .with(|r| r.died = Some(false)),
        update(4),
    ];
    let admission = admission(&records);
    assert_eq!(admission.admitted_at, Some(hour(1)));
    assert_eq!(admission.discharged_at, Some(hour(2)));
    assert_eq!(admission.admission_type, Some("URGENT".into()));
    assert_eq!(admission.died, Some(false));
    assert_eq!(admission.age_at_admission_years, None);
    assert_eq!(admission.age_band.as_str(), "unknown");
}

#[test]
fn administrative_times_do_not_bound_the_time_at_a_location() {
    let records = [
        admit(2, MEDICINE, "a")
            .admitted(hour(3))
            .discharged(hour(4)),
        discharge(9),
    ];
    let admission = admission(&records);
    assert_eq!(admission.first_location_at, Some(hour(2)));
    assert_eq!(admission.last_location_left_at, Some(hour(9)));
    assert_eq!(admission.length_of_stay_seconds, Some(3_600));
}

#[test]
fn a_discharge_that_closes_nothing_still_states_administrative_facts() {
    let records = [
        discharge(1)
            .discharged(hour(1))
            .with(|r| r.discharge_disposition = Some("HOME".into())),
        admit(2, MEDICINE, "a").admitted(hour(0)),
    ];
    let admission = admission(&records);
    assert_eq!(admission.last_location_left_at, None);
    assert_eq!(admission.discharged_at, Some(hour(1)));
    assert_eq!(admission.length_of_stay_seconds, Some(3_600));
    assert_eq!(admission.disposition, Some("HOME".into()));
}

#[test]
fn a_discharge_at_the_first_instant_leaves_the_department_but_no_stay() {
    let records = [admit(1, MEDICINE, "a"), discharge(2).at(1)];
    assert_eq!(history(&records, &departments()).stays, []);
    let admission = admission(&records);
    let medicine = department_key(HOSPITAL, MEDICINE);
    assert_eq!(admission.first_location_at, Some(hour(1)));
    assert_eq!(admission.last_location_left_at, Some(hour(1)));
    assert_eq!(admission.admission_department_key, medicine);
    assert_eq!(admission.last_department_key, medicine);
    assert_eq!(admission.transfer_count, 0);
}

#[test]
fn an_encounter_without_a_statement_has_the_unknown_department() {
    let records = [discharge(1)];
    let admission = admission(&records);
    let unknown = unknown_member_key("dim_department");
    assert_eq!(admission.first_location_at, None);
    assert_eq!(admission.last_location_left_at, Some(hour(1)));
    assert_eq!(admission.admission_department_key, unknown);
    assert_eq!(admission.last_department_key, unknown);
}

#[test]
fn a_statement_after_the_discharge_gives_no_department() {
    let records = [
        admit(1, MEDICINE, "a"),
        discharge(2),
        transfer(3, SURGERY, "b"),
    ];
    assert_eq!(
        admission(&records).last_department_key,
        department_key(HOSPITAL, MEDICINE)
    );
}

#[test]
fn length_of_stay_is_whole_seconds_rounded_down_and_never_negative() {
    let stay = |micros: i64| {
        let discharged_at = hour(1) + TimeDelta::microseconds(micros);
        let record = admit(1, MEDICINE, "a")
            .admitted(hour(1))
            .discharged(discharged_at);
        admission(&[record]).length_of_stay_seconds
    };
    assert_eq!(stay(1_999_999), Some(1));
    assert_eq!(stay(2_000_000), Some(2));
    assert_eq!(stay(0), Some(0));
    assert_eq!(stay(-1), None);
    assert_eq!(stay(-1_000_000), None);
}

/// Versions from 1:00, 3:00, 5:00 and 7:00 on, made by records of no encounter.
fn with_versions(encounter: AdtRecord) -> Vec<AdtRecord> {
    let versions = [(11, 1), (12, 3), (13, 5), (14, 7)];
    let mut records: Vec<AdtRecord> = versions
        .map(|(event, from)| {
            let scheme = format!("scheme {from}");
            update(event).at(from).without_encounter().scheme(&scheme)
        })
        .into();
    records.push(encounter.at(7).sequence(-1));
    records
}

#[test]
fn the_version_is_that_of_the_first_location_else_of_the_next_best_time() {
    let version = |from: i64| patient_version_key(PATIENT, hour(from));
    let of = |encounter: AdtRecord| admission(&with_versions(encounter)).patient_key;
    // Each time that comes later in the list is there too, and does not count.
    let update = update(20).with(|r| r.sequence = None);
    assert_eq!(of(admit(20, MEDICINE, "a").admitted(hour(3))), version(7));
    assert_eq!(of(discharge(20).admitted(hour(3))), version(7));
    assert_eq!(
        of(update.clone().admitted(hour(3)).discharged(hour(5))),
        version(3)
    );
    assert_eq!(of(update.clone().discharged(hour(5))), version(5));
    assert_eq!(of(update.clone().discharged(hour(4))), version(3));
    assert_eq!(of(update), version(1), "no time at all: the first version");
}

#[test]
fn a_time_before_the_first_version_takes_the_first() {
    let records = [
        update(2).admitted(hour(1)).scheme("A"),
        update(3).scheme("B"),
    ];
    assert_eq!(
        admission(&records).patient_key,
        patient_version_key(PATIENT, hour(2))
    );
}

#[test]
fn a_content_that_does_not_count_makes_no_encounter() {
    let records = [
        admit(1, MEDICINE, "a"),
        admit(1, MEDICINE, "a").content(1).encounter(2),
    ];
    assert_eq!(admission(&records).encounter_key, encounter(2));
}

#[test]
fn the_age_is_that_at_the_admission_and_not_at_a_later_event() {
    let aged = |years| move |r: &mut AdtRecord| r.age_at_admission_years = Some(years);
    let records = [
        admit(1, MEDICINE, "a").with(aged(1)),
        transfer(2, SURGERY, "b").admitted(hour(0)).with(aged(64)),
        update(3).with(aged(65)),
        discharge(5).admitted(hour(-1)).with(aged(63)),
        update(6).admitted(hour(0)),
    ];
    assert_eq!(admission(&records).age_at_admission_years, Some(64));
    assert_eq!(admission(&records[..1]).age_at_admission_years, Some(1));
    assert_eq!(
        admission(&[&records[..1], &records[2..3]].concat()).age_at_admission_years,
        Some(1)
    );
}
