//! Versions of the patient that snapshots make beside events, by example.

use chrono::{DateTime, Utc};
use domain::dimension_key::patient_version_key;
use domain::history::{PatientVersion, history};
use domain::record::{AdtRecord, PatientAttributes};
use uuid::Uuid;

use super::builder::snapshot::{
    Day, absent, loaded, quarantined, registered, registered_as, silent,
};
use super::builder::{MEDICINE, PATIENT, Saying, admit, departments, hour, update};
use super::silver::Silver;

fn versions(days: &[Day], events: &[AdtRecord]) -> Vec<PatientVersion> {
    let silver = Silver {
        events: events.to_vec(),
        snapshots: loaded(days),
        ..Silver::default()
    };
    history(&silver, &departments()).versions
}

/// (medical scheme, `is_registered`, `valid_from`) of a version.
type Shown = (Option<String>, Option<bool>, DateTime<Utc>);

fn shown(days: &[Day], events: &[AdtRecord]) -> Vec<Shown> {
    let versions = versions(days, events).into_iter();
    let shown = |it: PatientVersion| {
        (
            it.attributes.medical_scheme,
            it.is_registered,
            it.valid_from,
        )
    };
    versions.map(shown).collect()
}

fn version(scheme: &str, is_registered: Option<bool>, from: i64) -> Shown {
    (Some(scheme.to_owned()), is_registered, hour(from))
}

#[test]
fn a_registered_patient_is_a_version_from_the_snapshot_on() {
    let versions = versions(&[registered(1, "A")], &[]);
    let version = PatientVersion {
        patient_key: patient_version_key(PATIENT, hour(1)),
        patient_pseudonym: PATIENT,
        hospital_code: "TEST".to_owned(),
        attributes: PatientAttributes {
            medical_scheme: Some("A".into()),
            ..PatientAttributes::default()
        },
        is_registered: Some(true),
        valid_from: hour(1),
        valid_to: None,
    };
    assert_eq!(versions, [version]);
}

#[test]
fn a_b_a_absent_keeps_four_versions_and_the_attributes_of_who_left() {
    let days = [
        registered(1, "A"),
        registered(2, "B"),
        registered(3, "A"),
        absent(4),
    ];
    assert_eq!(
        shown(&days, &[]),
        [
            version("A", Some(true), 1),
            version("B", Some(true), 2),
            version("A", Some(true), 3),
            version("A", Some(false), 4),
        ]
    );
}

#[test]
fn who_comes_back_is_registered_again() {
    let days = [registered(1, "A"), absent(2), absent(3), registered(4, "A")];
    assert_eq!(
        shown(&days, &[]),
        [
            version("A", Some(true), 1),
            version("A", Some(false), 2),
            version("A", Some(true), 4),
        ]
    );
}

#[test]
fn an_event_between_two_equal_snapshots_stands_until_the_snapshot_changes() {
    let days = [registered(1, "A"), registered(3, "A"), registered(5, "C")];
    let events = [update(2).scheme("B")];
    assert_eq!(
        shown(&days, &events),
        [
            version("A", Some(true), 1),
            version("B", Some(true), 2),
            version("C", Some(true), 5),
        ]
    );
}

#[test]
fn an_unreadable_day_states_nothing_and_what_follows_only_what_is_new() {
    for unreadable in [quarantined(2), silent(2)] {
        let days = [
            registered(1, "A"),
            unreadable,
            registered(3, "A"),
            absent(4),
        ];
        assert_eq!(loaded(&days).len(), 4, "each of them a row");
        // The third is no news after the first, so the event, entered at 3:00, stands.
        let events = [update(9).at(2).recorded(3).scheme("B")];
        assert_eq!(
            shown(&days, &events),
            [
                version("A", Some(true), 1),
                version("B", Some(true), 2),
                version("B", Some(false), 4),
            ]
        );
    }
    assert_eq!(shown(&[quarantined(1), quarantined(2)], &[]), []);
}

#[test]
fn an_absence_is_a_version_though_nothing_else_is_known() {
    let days = [quarantined(1), absent(2)];
    assert_eq!(shown(&days, &[]), [(None, Some(false), hour(2))]);
}

#[test]
fn an_event_tells_nothing_of_registration_and_a_snapshot_nothing_of_religion_and_ethnicity() {
    let creed = |record: AdtRecord| {
        record.with(|r| {
            r.patient.religion = Some("R".into());
            r.patient.ethnicity = Some("E".into());
        })
    };
    let days = [registered(2, "A"), absent(4)];
    let events = [creed(update(1).scheme("A")), update(3).scheme("A")];
    let versions = versions(&days, &events);
    let told: Vec<_> = versions
        .iter()
        .map(|it| {
            let attributes = &it.attributes;
            assert_eq!(
                attributes.religion.is_some(),
                attributes.ethnicity.is_some()
            );
            (attributes.religion.as_deref(), it.is_registered)
        })
        .collect();
    assert_eq!(
        told,
        [
            (Some("R"), None),
            (Some("R"), Some(true)),
            (None, Some(true)),
            (None, Some(false)),
        ]
    );
}

#[test]
fn null_is_a_value_in_a_snapshot_too() {
    let days = [registered_as(2, PatientAttributes::default())];
    assert_eq!(
        shown(&days, &[update(1).scheme("A")]),
        [version("A", None, 1), (None, Some(true), hour(2))]
    );
}

#[test]
fn at_one_instant_an_event_with_a_sequence_has_the_last_word() {
    let days = [registered(1, "A")];
    let event = update(1).scheme("B").sequence(-1);
    assert_eq!(shown(&days, &[event]), [version("B", Some(true), 1)]);
    // Without one the time of entry decides, then the content hash.
    let early = update(1).scheme("B").recorded(0);
    assert_eq!(shown(&days, &[early]), [version("A", Some(true), 1)]);
    let tied = |content: u128| {
        let hash = Uuid::from_u128(content);
        update(1).scheme("B").with(|r| r.content_hash = hash)
    };
    assert_eq!(shown(&days, &[tied(0)]), [version("A", Some(true), 1)]);
    let greatest = tied(u128::MAX);
    assert_eq!(shown(&days, &[greatest]), [version("B", Some(true), 1)]);
}

#[test]
fn an_absence_at_the_instant_of_an_event_leaves_its_attributes() {
    let days = [registered(1, "A"), absent(2)];
    for sequence in [None, Some(1)] {
        let event = update(2).scheme("B").with(|r| r.sequence = sequence);
        assert_eq!(
            shown(&days, &[event]),
            [version("A", Some(true), 1), version("B", Some(false), 2)]
        );
    }
}

#[test]
fn each_attribute_that_a_snapshot_tells_makes_a_version() {
    let word = || Some("x".to_owned());
    let changes: [fn(&mut PatientAttributes, Option<String>); 9] = [
        |patient, _| patient.person_pseudonym = Some(Uuid::from_u128(1)),
        |patient, word| patient.sex = word,
        |patient, _| patient.birth_year = Some(1950),
        |patient, word| patient.citizenship = word,
        |patient, word| patient.home_language = word,
        |patient, word| patient.marital_status = word,
        |patient, word| patient.medical_scheme = word,
        |patient, word| patient.municipality = word,
        |patient, word| patient.province = word,
    ];
    for (change, number) in changes.into_iter().zip(0..) {
        let mut patient = PatientAttributes::default();
        change(&mut patient, word());
        let days = [registered_as(2, patient.clone())];
        let versions = versions(&days, &[update(1)]);
        assert_eq!(versions.len(), 2, "attribute {number}");
        assert_eq!(versions[1].attributes, patient);
    }
}

#[test]
fn a_snapshot_gives_an_earlier_stay_its_version() {
    let silver = Silver {
        events: vec![admit(3, MEDICINE, "a").scheme("A")],
        snapshots: loaded(&[registered(1, "A"), absent(5)]),
        ..Silver::default()
    };
    let history = history(&silver, &departments());
    let key = patient_version_key(PATIENT, hour(1));
    assert_eq!(history.stays[0].patient_key, key);
    assert_eq!(history.admissions[0].patient_key, key);
}
