use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SecondsFormat, Utc};
use domain::clean::Cleaner;
use domain::event::AdtEvent;
use domain::history::{Departments, history};
use domain::network::TimeZone;
use domain::pseudonym::PseudonymKey;
use domain::record::{AdtRecord, CleanedEvent};
use domain::rule::record::{self as rule, ALL};
use domain::rule::{Rule, Severity};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use super::arbitrary::{HOSPITALS, event};
use super::constraint;

pub(super) fn cleaner() -> Cleaner {
    let zones = ["Africa/Johannesburg", "UTC"].map(|zone| TimeZone::parse(zone).unwrap());
    let hospitals = HOSPITALS.map(str::to_owned).into_iter().zip(zones);
    Cleaner::new(PseudonymKey::new(&[7; 32]).unwrap(), hospitals)
}

pub(super) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases: ProptestConfig::default().cases.max(cases),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// The event as it would be sent if its source knew what the repairs know. The birth date is not
/// in the record; its rules say the same of themselves.
fn mended(event: &AdtEvent, record: &AdtRecord) -> AdtEvent {
    let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let mut mended = AdtEvent {
        occurred_at: Some(text(record.occurred_at)),
        admitted_at: record.admitted_at.map(text),
        discharged_at: record.discharged_at.map(text),
        sex: record.patient.sex.clone(),
        ..event.clone()
    };
    if let Some(identity) = &mut mended.identity
        && record.patient.person_pseudonym.is_none()
    {
        identity.id_number = None;
    }
    mended
}

/// What may be said again of a mended event: that the admission is unknown, and what there is to say
/// of the birth date.
const STANDING: [&Rule; 6] = [
    &rule::ADMISSION_TIME,
    &rule::AGE_ABOVE_120,
    &rule::BORN_LATER,
    &rule::BIRTH_MISSING,
    &rule::BIRTH_CONTRADICTS_ID,
    &rule::AGE_ABOVE_100,
];

fn clean_all(events: &[AdtEvent]) -> Vec<CleanedEvent> {
    let cleaner = cleaner();
    let numbered = (1_u128..).zip(events);
    numbered
        .filter_map(|(number, event)| cleaner.clean(event, Uuid::from_u128(number)).ok())
        .collect()
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn what_is_let_through_silver_and_the_vault_can_hold(event in event()) {
        match cleaner().clean(&event, Uuid::nil()) {
            Ok(cleaned) => constraint::silver(&cleaned)?,
            Err(refusal) => prop_assert_eq!(refusal.rule.severity, Severity::Quarantine),
        }
    }

    #[test]
    fn what_is_mended_is_good(event in event()) {
        let Ok(cleaned) = cleaner().clean(&event, Uuid::nil()) else { return Ok(()) };
        let mended = mended(&event, &cleaned.record);
        let again = cleaner().clean(&mended, Uuid::nil()).unwrap();
        let (mut first, mut second) = (cleaned.record, again.record);
        first.repairs.retain(|rule| STANDING.contains(rule));
        prop_assert_eq!(&second.repairs, &first.repairs);
        (first.repairs, second.repairs) = (Vec::new(), Vec::new());
        prop_assert_eq!(second, first);
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn what_follows_from_it_gold_can_hold(events in prop::collection::vec(event(), 0..40)) {
        let cleaned = clean_all(&events);
        let mut patients: BTreeMap<Uuid, Vec<&AdtRecord>> = BTreeMap::new();
        for event in &cleaned {
            let records = patients.entry(event.record.patient_pseudonym).or_default();
            records.push(&event.record);
        }
        for records in patients.into_values() {
            constraint::gold(&history(records, &Departments::default()))?;
        }
    }
}

/// The events are worth the name: about half of them are usable, and each rule hits some. What is no
/// event at all never comes to the cleaning.
#[test]
fn arbitrary_events_meet_every_rule() {
    let mut runner = TestRunner::deterministic();
    let strategy = event();
    let draw = |_| strategy.new_tree(&mut runner).unwrap().current();
    let events: Vec<AdtEvent> = (0..6_000).map(draw).collect();
    let cleaner = cleaner();
    let mut usable = 0;
    let mut hit: BTreeSet<&str> = BTreeSet::new();
    for event in &events {
        match cleaner.clean(event, Uuid::nil()) {
            Ok(cleaned) => {
                usable += 1;
                hit.extend(cleaned.record.repairs.iter().map(|rule| rule.code));
            }
            Err(refusal) => {
                hit.insert(refusal.rule.code);
            }
        }
    }
    let all = ALL.iter().map(|rule| rule.code);
    let expected: BTreeSet<&str> = all.filter(|code| *code != rule::UNREADABLE.code).collect();
    assert_eq!(hit, expected);
    assert!((2_000..5_000).contains(&usable), "{usable}");
}
