//! What holds of any history, whatever the records: said of the rows alone, without the model.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::dimension_key::unknown_member_key;
use domain::extract::PatientSnapshot;
use domain::extract::snapshot::State;
use domain::history::{Admission, LocationStay, PatientHistory, PatientVersion, history};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use uuid::Uuid;

use super::arbitrary::{cases, departments, silver};
use super::silver::Silver;

fn of(silver: &Silver) -> PatientHistory {
    history(silver, &departments())
}

fn stays_of<'a>(history: &'a PatientHistory, admission: &Admission) -> Vec<&'a LocationStay> {
    let key = admission.encounter_key;
    let stays = history.stays.iter();
    stays.filter(|stay| stay.encounter_key == key).collect()
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn versions_cover_time_from_the_first_statement_on(silver in silver()) {
        let versions = of(&silver).versions;
        let readable = |row: &PatientSnapshot| row.state != State::Unreadable;
        let is_stated = !silver.events.is_empty() || silver.snapshots.iter().any(readable);
        prop_assert_eq!(!versions.is_empty(), is_stated);
        for pair in versions.windows(2) {
            prop_assert_eq!(pair[0].valid_to, Some(pair[1].valid_from), "no gap, no overlap");
            prop_assert!(pair[0].valid_from < pair[1].valid_from, "in order and never empty");
            let shown = |version: &PatientVersion| {
                (version.attributes.clone(), version.is_registered)
            };
            prop_assert_ne!(shown(&pair[0]), shown(&pair[1]));
        }
        let current: Vec<bool> = versions.iter().map(PatientVersion::is_current).collect();
        let expected: Vec<bool> = (1..=versions.len()).map(|n| n == versions.len()).collect();
        prop_assert_eq!(current, expected, "the last one is current and no other");
    }

    #[test]
    fn extracts_move_nobody(silver in silver()) {
        let events = Silver { events: silver.events.clone(), ..Silver::default() };
        let (with, without) = (of(&silver), of(&events));
        let begins = |history: &PatientHistory| -> BTreeSet<_> {
            history.stays.iter().map(|it| (it.encounter_key, it.arrived_at)).collect()
        };
        // They end a stay that nothing else ends, and so may leave out later statements.
        prop_assert!(begins(&with).is_subset(&begins(&without)));
    }

    #[test]
    fn stays_are_consecutive_from_the_first_location_to_the_discharge(silver in silver()) {
        let history = of(&silver);
        for admission in &history.admissions {
            let extracts = silver.encounters.iter();
            let told = extracts.filter(|it| it.encounter_key == admission.encounter_key);
            let told: Vec<_> = told.map(|it| it.first_location_at).collect();
            consecutive(admission, &stays_of(&history, admission), &told)?;
        }
    }

    #[test]
    fn facts_follow_from_each_other(silver in silver()) {
        let history = of(&silver);
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
    fn facts_point_to_the_version_of_their_time(silver in silver()) {
        let history = of(&silver);
        for stay in &history.stays {
            let version = history.versions.iter().find(|v| v.patient_key == stay.patient_key);
            let version = version.expect("a stay's version exists");
            prop_assert!(version.valid_from <= stay.arrived_at);
            prop_assert!(version.valid_to.is_none_or(|to| stay.arrived_at < to));
        }
        let none = unknown_member_key("dim_patient");
        for admission in &history.admissions {
            let key = admission.patient_key;
            let is_version = history.versions.iter().any(|v| v.patient_key == key);
            prop_assert!(is_version || history.versions.is_empty() && key == none);
        }
    }

    #[test]
    fn an_admission_begins_and_ends_where_its_stays_do(silver in silver()) {
        let history = of(&silver);
        for admission in &history.admissions {
            let stays = stays_of(&history, admission);
            let (Some(first), Some(last)) = (stays.first(), stays.last()) else { continue };
            prop_assert_eq!(first.patient_key, admission.patient_key);
            prop_assert_eq!(first.department_key, admission.admission_department_key);
            prop_assert_eq!(last.department_key, admission.last_department_key);
        }
    }

    #[test]
    fn each_list_is_in_the_order_of_its_unique_key(silver in silver()) {
        let history = of(&silver);
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
    fn a_finding_names_an_event_and_never_changes_what_is_loaded(silver in silver()) {
        let history = of(&silver);
        for finding in &history.findings {
            let found = (finding.event_id, finding.encounter_key);
            let is_event = silver.events.iter().any(|r| (r.event_id, r.encounter_key) == found);
            let extracts = silver.encounters.iter();
            let mut extracts = extracts.map(|e| (e.statement_id(), Some(e.encounter_key)));
            prop_assert!(is_event || extracts.any(|extract| extract == found));
        }
        // Every encounter that an extract names is there, and none that nothing names: a losing
        // content of an event alone makes none.
        let extracted: BTreeSet<Uuid> = silver.encounters.iter().map(|e| e.encounter_key).collect();
        let named: BTreeSet<Uuid> = silver.events.iter().filter_map(|r| r.encounter_key).collect();
        let there: BTreeSet<Uuid> = history.admissions.iter().map(|a| a.encounter_key).collect();
        prop_assert!(extracted.is_subset(&there));
        prop_assert!(there.iter().all(|key| extracted.contains(key) || named.contains(key)));
    }
}

/// Stays are numbered from 1, meet without a gap, and fill the time at a location exactly, unless
/// only extracts tell of that time.
fn consecutive(
    admission: &Admission,
    stays: &[&LocationStay],
    told: &[Option<DateTime<Utc>>],
) -> TestCaseResult {
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
            from.is_none() || from == to || told.contains(&from),
            "no stay, but time at a location"
        ),
    }
    Ok(())
}
