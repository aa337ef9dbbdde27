//! Encounters of which the hospital's extracts tell, by example.

use std::collections::BTreeSet;

use domain::dimension_key::{department_key, patient_version_key, unknown_member_key};
use domain::extract::EncounterExtract;
use domain::history::{Admission, PatientHistory, history};
use domain::record::AdtRecord;
use uuid::Uuid;

use super::builder::extract::{Extracted as _, extract};
use super::builder::snapshot::{Day, absent, loaded, quarantined, registered};
use super::builder::{
    HOSPITAL, INTENSIVE_CARE, MEDICINE, NEW_WING, PATIENT, SURGERY, Saying as _, UNHEARD_OF, admit,
    departments, discharge, encounter, event, hour, intensive_care_key, transfer, update,
};
use super::silver::Silver;

fn of(events: &[AdtRecord], encounters: &[EncounterExtract]) -> PatientHistory {
    let silver = Silver {
        events: events.to_vec(),
        encounters: encounters.to_vec(),
        ..Silver::default()
    };
    history(&silver, &departments())
}

fn admission(events: &[AdtRecord], encounters: &[EncounterExtract]) -> Admission {
    let mut admissions = of(events, encounters).admissions;
    assert_eq!(admissions.len(), 1);
    admissions.remove(0)
}

fn findings(events: &[AdtRecord], encounters: &[EncounterExtract]) -> Vec<(&'static str, Uuid)> {
    let findings = of(events, encounters).findings.into_iter();
    findings
        .map(|it| {
            assert_eq!(it.encounter_key, Some(encounter(1)));
            (it.rule.code, it.event_id)
        })
        .collect()
}

/// As what no event tells, the facts are those of the last extract that tells each.
#[test]
fn an_encounter_without_events_is_what_its_extracts_tell() {
    let extracts = [
        extract(2)
            .arrived(1)
            .admitted(hour(0))
            .with(|it| it.admission_type = Some("EMERGENCY".into()))
            .with(|it| it.admission_source = Some("HOME".into())),
        extract(5)
            .to(SURGERY)
            .arrived(2)
            .left(4)
            .discharged(hour(5))
            .with(|it| it.disposition = Some("DEAD".into()))
            .with(|it| it.died = Some(true)),
    ];
    let history = of(&[update(3).without_encounter()], &extracts);
    let expected = Admission {
        encounter_key: encounter(1),
        patient_key: patient_version_key(PATIENT, hour(3)),
        patient_pseudonym: PATIENT,
        hospital_code: "TEST".to_owned(),
        admission_department_key: unknown_member_key("dim_department"),
        last_department_key: department_key(HOSPITAL, SURGERY),
        admitted_at: Some(hour(0)),
        first_location_at: Some(hour(2)),
        last_location_left_at: Some(hour(4)),
        discharged_at: Some(hour(5)),
        length_of_stay_seconds: Some(5 * 3_600),
        transfer_count: 0,
        admission_type: Some("EMERGENCY".into()),
        admission_source: Some("HOME".into()),
        disposition: Some("DEAD".into()),
        died: Some(true),
        age_at_admission_years: None,
        age_band: domain::age::AgeBand::of(None),
    };
    assert_eq!(history.admissions, [expected]);
    assert_eq!((history.stays, history.findings), (vec![], vec![]));
}

#[test]
fn a_patient_without_a_version_has_the_unknown_member() {
    let admission = admission(&[], &[extract(1)]);
    assert_eq!(admission.patient_key, unknown_member_key("dim_patient"));
}

#[test]
fn where_somebody_was_is_told_by_events() {
    let events = [
        admit(2, MEDICINE, "a"),
        transfer(4, SURGERY, "b"),
        discharge(6),
    ];
    let extracts = [extract(9).to(UNHEARD_OF).arrived(1).left(8)];
    let (with, without) = (of(&events, &extracts), of(&events, &[]));
    assert_eq!(with.stays, without.stays);
    assert_eq!(with.admissions, without.admissions);
}

#[test]
fn an_extract_ends_the_stay_that_no_a03_ends() {
    let events = [
        admit(1, MEDICINE, "a"),
        transfer(3, SURGERY, "b"),
        transfer(5, MEDICINE, "c"),
    ];
    // The last extract that states it, though a later one does not.
    let extracts = [extract(4).left(2), extract(6).left(5), extract(8)];
    let history = of(&events, &extracts);
    let ends: Vec<_> = history.stays.iter().map(|it| it.left_at).collect();
    assert_eq!(
        ends,
        [Some(hour(3)), Some(hour(5))],
        "5:00 does not count any more"
    );
    let codes: Vec<_> = history
        .findings
        .iter()
        .map(|it| (it.rule.code, it.event_id))
        .collect();
    assert_eq!(codes, [("HIS-003", event(5))]);
    assert_eq!(history.admissions[0].last_location_left_at, Some(hour(5)));
    assert_eq!(
        history.admissions[0].last_department_key,
        department_key(HOSPITAL, SURGERY)
    );
}

#[test]
fn an_a03_ends_the_stay_whatever_a_later_extract_says() {
    let events = [admit(1, MEDICINE, "a"), discharge(3)];
    let admission = admission(&events, &[extract(9).left(8)]);
    assert_eq!(admission.last_location_left_at, Some(hour(3)));
}

#[test]
fn a_discharge_by_extract_on_the_first_instant_leaves_the_department_but_no_stay() {
    let events = [admit(2, SURGERY, "a")];
    let extracts = [extract(3).left(2)];
    assert_eq!(of(&events, &extracts).stays, []);
    let admission = admission(&events, &extracts);
    assert_eq!(
        admission.last_department_key,
        department_key(HOSPITAL, SURGERY)
    );
    assert_eq!(admission.last_location_left_at, Some(hour(2)));
    assert_eq!(findings(&events, &extracts), [("HIS-003", event(2))]);
}

#[test]
fn his_005_a_discharge_by_extract_before_the_first_location() {
    let late = extract(9).left(1).discharged(hour(7));
    let events = [admit(2, MEDICINE, "a")];
    let found = findings(&events, std::slice::from_ref(&late));
    assert_eq!(found, [("HIS-005", late.statement_id())]);
    let told = admission(&events, std::slice::from_ref(&late));
    assert_eq!(told.last_location_left_at, None);
    assert_eq!(
        told.discharged_at,
        Some(hour(7)),
        "the facts hold all the same"
    );

    // Also of an A03 before the location that only an extract tells.
    let found = findings(
        &[admit(3, MEDICINE, "a").without_encounter(), discharge(1)],
        &[extract(4).arrived(2)],
    );
    assert_eq!(found, [("HIS-004", event(1)), ("HIS-005", event(1))]);
}

#[test]
fn of_administrative_facts_the_latest_statement_has_the_last_word() {
    let typed =
        |record: AdtRecord, text: &str| record.with(|r| r.admission_type = Some(text.into()));
    let extract = extract(4).with(|it| it.admission_type = Some("URGENT".into()));
    let of = |event| {
        let admission = admission(&[event], std::slice::from_ref(&extract));
        admission.admission_type.unwrap()
    };
    assert_eq!(of(typed(update(3), "ELECTIVE")), "URGENT");
    assert_eq!(of(typed(update(5), "ELECTIVE")), "ELECTIVE");
    assert_eq!(of(update(5)), "URGENT", "NULL states nothing");
    // At one instant: sequence, time of entry, content hash.
    let tied = typed(update(4), "ELECTIVE");
    assert_eq!(of(tied.clone().sequence(-1)), "ELECTIVE");
    assert_eq!(of(tied.clone().recorded(3)), "URGENT");
    assert_eq!(of(tied.clone().content(1)), "ELECTIVE");
    let least = tied.with(|r| r.content_hash = Uuid::nil());
    assert_eq!(of(least), "URGENT");
}

#[test]
fn an_event_of_the_age_at_the_admission_that_an_extract_tells_gives_the_age() {
    let aged = |record: AdtRecord, age| record.with(|r| r.age_at_admission_years = Some(age));
    let events = [aged(update(1), 40), aged(update(2), 41).admitted(hour(0))];
    let told = |at: i64| admission(&events, &[extract(5).admitted(hour(at))]);
    assert_eq!(told(0).age_at_admission_years, Some(41));
    assert_eq!(told(1).age_at_admission_years, Some(40));
}

#[test]
fn without_a_location_the_last_department_is_that_of_the_last_extract_that_names_one() {
    let nowhere = |it: EncounterExtract| it.with(|it| it.location.department_code = None);
    let extracts = [
        extract(1).to(SURGERY),
        extract(6).to(INTENSIVE_CARE),
        nowhere(extract(9)),
    ];
    let told = admission(&[discharge(2)], &extracts);
    assert_eq!(
        told.last_department_key,
        intensive_care_key(2),
        "as it was at 6:00"
    );
    assert_eq!(
        told.admission_department_key,
        unknown_member_key("dim_department")
    );
    // One that names an unknown one names one.
    let unheard_of = extract(7).to(UNHEARD_OF);
    let told = admission(&[], &[extract(1).to(SURGERY), unheard_of]);
    assert_eq!(
        told.last_department_key,
        unknown_member_key("dim_department")
    );
    // With a statement of an event extracts name none.
    let events = [admit(2, SURGERY, "a")];
    let told = admission(&events, &[extract(9).to(MEDICINE)]);
    assert_eq!(told.last_department_key, department_key(HOSPITAL, SURGERY));
}

#[test]
fn his_002_an_unknown_or_missing_department_of_an_extract_at_its_time() {
    let extracts = [
        extract(1).to(UNHEARD_OF),
        extract(2).to(MEDICINE),
        extract(3).to(NEW_WING),
        extract(4).to(NEW_WING),
        extract(5).with(|it| it.location.department_code = None),
        // Of two contents of a day the lesser does not count.
        extract(6).to(UNHEARD_OF).content(1),
        extract(6).content(2),
    ];
    let mut expected: Vec<_> = [0, 2, 4]
        .map(|at: usize| extracts[at].statement_id())
        .into();
    expected.sort();
    let found = findings(&[], &extracts);
    let unknown: Vec<_> = found
        .iter()
        .filter(|it| it.0 == "HIS-002")
        .map(|it| it.1)
        .collect();
    assert_eq!(unknown, expected);
}

#[test]
fn his_006_of_an_extract_that_states_the_discharge() {
    let extract = extract(4).discharged(hour(1));
    let found = findings(
        &[update(1).admitted(hour(2))],
        std::slice::from_ref(&extract),
    );
    assert_eq!(found, [("HIS-006", extract.statement_id())]);
}

#[test]
fn his_011_several_contents_of_an_encounter_in_the_extract_of_a_day() {
    let extracts = [
        extract(1).content(1).left(0),
        extract(1).content(3).arrived(0),
        extract(1).content(2).left(1),
        extract(2),
    ];
    let known = [update(1).without_encounter()];
    let found = findings(&known, &extracts);
    assert_eq!(found, [("HIS-011", extracts[1].statement_id())]);
    let told = admission(&[], &extracts);
    let located = (told.first_location_at, told.last_location_left_at);
    assert_eq!(located, (Some(hour(0)), None), "the others say nothing");
    // Another day or encounter is no other content.
    let apart = of(
        &known,
        &[
            extract(1),
            extract(2).content(1),
            extract(1).content(1).encounter(2),
        ],
    );
    assert_eq!(apart.findings, []);
    assert_eq!(apart.admissions.len(), 2);
}

#[test]
fn his_012_an_encounter_of_somebody_of_whom_nobody_tells() {
    let found = |events: &[AdtRecord], days: &[Day]| {
        let silver = Silver {
            events: events.to_vec(),
            snapshots: loaded(days),
            // Of two contents of a day the lesser does not count.
            encounters: vec![extract(1), extract(1).content(1), extract(2)],
        };
        let findings = history(&silver, &departments()).findings.into_iter();
        let of_rule = findings.filter(|it| it.rule.code == "HIS-012");
        of_rule.map(|it| it.event_id).collect::<BTreeSet<_>>()
    };
    let nobody = BTreeSet::new();
    let both = [extract(1).content(1), extract(2)].map(|it| it.statement_id());
    let both = BTreeSet::from(both);
    assert_eq!(found(&[], &[]), both);
    assert_eq!(
        found(&[], &[quarantined(1)]),
        both,
        "the line tells nothing"
    );
    let gone = [quarantined(1), absent(2)];
    assert_eq!(found(&[], &gone), nobody, "who is gone was there");
    assert_eq!(found(&[], &[registered(3, "A")]), nobody, "later will do");
    assert_eq!(found(&[], &[registered(1, "A"), absent(2)]), nobody);
    assert_eq!(found(&[update(9).without_encounter()], &[]), nobody);
}

#[test]
fn the_statement_id_is_what_the_page_says() {
    // printf 'encounters|00000000-0000-0000-0000-0000000000e1|2026-03-01|00000000-0000-0000-0000-0000000000c0' | sha256sum
    let expected = Uuid::parse_str("aa42fca495aae83f2bdc5eeacc02a985").unwrap();
    assert_eq!(extract(1).statement_id(), expected);
}
