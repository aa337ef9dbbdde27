//! What holds of any history, whatever the records: said of the rows alone, without the model.

use std::collections::BTreeSet;

use domain::history::{Admission, LocationStay, PatientHistory, PatientVersion, history};
use domain::record::AdtRecord;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use uuid::Uuid;

use super::arbitrary::{cases, departments, silver};

fn of(records: &[AdtRecord]) -> PatientHistory {
    history(records, &departments())
}

fn stays_of<'a>(history: &'a PatientHistory, admission: &Admission) -> Vec<&'a LocationStay> {
    let key = admission.encounter_key;
    let stays = history.stays.iter();
    stays.filter(|stay| stay.encounter_key == key).collect()
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn versions_cover_time_from_the_first_record_on(records in silver()) {
        let versions = of(&records).versions;
        prop_assert_eq!(versions.is_empty(), records.is_empty());
        for pair in versions.windows(2) {
            prop_assert_eq!(pair[0].valid_to, Some(pair[1].valid_from), "no gap, no overlap");
            prop_assert!(pair[0].valid_from < pair[1].valid_from, "in order and never empty");
            prop_assert_ne!(&pair[0].attributes, &pair[1].attributes);
        }
        let current: Vec<bool> = versions.iter().map(PatientVersion::is_current).collect();
        let expected: Vec<bool> = (1..=versions.len()).map(|n| n == versions.len()).collect();
        prop_assert_eq!(current, expected, "the last one is current and no other");
    }

    #[test]
    fn stays_are_consecutive_from_the_first_location_to_the_discharge(records in silver()) {
        let history = of(&records);
        for admission in &history.admissions {
            consecutive(admission, &stays_of(&history, admission))?;
        }
    }

    #[test]
    fn facts_follow_from_each_other(records in silver()) {
        let history = of(&records);
        for admission in &history.admissions {
            let stays = i32::try_from(stays_of(&history, admission).len()).unwrap();
            prop_assert_eq!(admission.transfer_count, (stays - 1).max(0));
            prop_assert!(admission.length_of_stay_seconds.is_none_or(|seconds| seconds >= 0));
        }
        for stay in &history.stays {
            prop_assert_eq!(stay.stay_seconds.is_some(), stay.left_at.is_some());
            prop_assert!(stay.stay_seconds.is_none_or(|seconds| seconds >= 0));
        }
    }

    #[test]
    fn facts_point_to_the_version_of_their_time(records in silver()) {
        let history = of(&records);
        for stay in &history.stays {
            let version = history.versions.iter().find(|v| v.patient_key == stay.patient_key);
            let version = version.expect("a stay's version exists");
            prop_assert!(version.valid_from <= stay.arrived_at);
            prop_assert!(version.valid_to.is_none_or(|to| stay.arrived_at < to));
        }
        for admission in &history.admissions {
            prop_assert!(history.versions.iter().any(|v| v.patient_key == admission.patient_key));
        }
    }

    #[test]
    fn an_admission_begins_and_ends_where_its_stays_do(records in silver()) {
        let history = of(&records);
        for admission in &history.admissions {
            let stays = stays_of(&history, admission);
            let (Some(first), Some(last)) = (stays.first(), stays.last()) else { continue };
            prop_assert_eq!(first.patient_key, admission.patient_key);
            prop_assert_eq!(first.department_key, admission.admission_department_key);
            prop_assert_eq!(last.department_key, admission.last_department_key);
        }
    }

    #[test]
    fn each_list_is_in_the_order_of_its_unique_key(records in silver()) {
        let history = of(&records);
        let encounters: Vec<Uuid> = history.admissions.iter().map(|a| a.encounter_key).collect();
        let stays: Vec<_> =
            history.stays.iter().map(|stay| (stay.encounter_key, stay.arrived_at)).collect();
        let findings: Vec<_> =
            history.findings.iter().map(|f| (f.rule.code, f.event_id)).collect();
        prop_assert!(encounters.is_sorted_by(|a, b| a < b));
        prop_assert!(stays.is_sorted_by(|a, b| a < b));
        prop_assert!(findings.is_sorted_by(|a, b| a < b));
        prop_assert!(history.versions.is_sorted_by(|a, b| a.valid_from < b.valid_from));
        let keys: BTreeSet<Uuid> = history.versions.iter().map(|v| v.patient_key).collect();
        prop_assert_eq!(keys.len(), history.versions.len());
        for stay in &history.stays {
            prop_assert!(encounters.contains(&stay.encounter_key), "no stay without admission");
        }
    }

    #[test]
    fn a_finding_names_an_event_and_never_changes_what_is_loaded(records in silver()) {
        let history = of(&records);
        for finding in &history.findings {
            prop_assert!(records.iter().any(|r| r.event_id == finding.event_id
                && r.encounter_key == finding.encounter_key));
        }
        // Every encounter that a record names is there: a losing content alone makes none.
        let named: BTreeSet<Uuid> = records.iter().filter_map(|r| r.encounter_key).collect();
        for admission in &history.admissions {
            prop_assert!(named.contains(&admission.encounter_key));
        }
    }
}

/// Stays are numbered from 1, meet without a gap, and fill the time at a location exactly.
fn consecutive(admission: &Admission, stays: &[&LocationStay]) -> TestCaseResult {
    let (from, to) = (admission.first_location_at, admission.last_location_left_at);
    for (stay, number) in stays.iter().zip(1..) {
        prop_assert_eq!(stay.stay_number, number);
        prop_assert!(stay.left_at.is_none_or(|left_at| stay.arrived_at < left_at));
    }
    for pair in stays.windows(2) {
        prop_assert_eq!(pair[0].left_at, Some(pair[1].arrived_at));
    }
    match (stays.first(), stays.last()) {
        (Some(first), Some(last)) => {
            prop_assert_eq!(Some(first.arrived_at), from);
            prop_assert_eq!(last.left_at, to);
        }
        _ => prop_assert!(
            from.is_none() || from == to,
            "no stay, but time at a location"
        ),
    }
    Ok(())
}
