//! What holds of a dirty flow, beside the clean one.

#![allow(clippy::print_stdout, reason = "a test prints what it saw")]

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::age::full_years;
use domain::clean::Cleaner;
use domain::event::AdtEvent;
use domain::history::history;
use domain::id_number::{IdNumber, IdNumberError};
use domain::pseudonym::PseudonymKey;
use domain::record::AdtRecord;
use platform::codec::AdtEncoder;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::*;
use crate::flow::{Length, Simulation};
use crate::scale::Scale;
use crate::scenario::Scenario;
use crate::trial;

const EVENTS: u64 = 6_000;

/// The small hospital.
fn simulation(faults: Rates) -> Simulation {
    let start = "2026-03-02".parse().unwrap();
    let network = trial::network_toml();
    let mut scenario = Scenario::new(42, start, Scale::Quick, Some(&network)).unwrap();
    scenario.faults = faults;
    Simulation::new(scenario).unwrap()
}

fn sent_of(simulation: &Simulation, length: Length) -> Vec<Sent> {
    let registry = simulation.registry().unwrap();
    let staff = simulation.staff().unwrap();
    let sent = simulation.sent(&registry, &staff, length).unwrap();
    sent.collect()
}

fn sent(faults: Rates, events: u64) -> Vec<Sent> {
    sent_of(&simulation(faults), Length::Events(events))
}

/// All classes, each with the same rate.
fn all_at(percent: f64) -> Rates {
    let lines = Class::ALL.map(|class| format!("{} = {percent}\n", class.as_str()));
    Rates::parse(&lines.concat()).unwrap()
}

/// A clean flow, and the place of each event in it.
struct Clean {
    events: Vec<AdtEvent>,
    place: HashMap<String, usize>,
}

impl Clean {
    fn new(events: u64) -> Self {
        let simulation = simulation(Rates::default());
        let registry = simulation.registry().unwrap();
        let staff = simulation.staff().unwrap();
        let length = Length::Events(events);
        let events: Vec<_> = simulation
            .events(&registry, &staff, length)
            .unwrap()
            .collect();
        let ids = events.iter().map(|event| event.event_id.clone().unwrap());
        let place = ids.zip(0..).collect();
        Self { events, place }
    }

    fn place(&self, event: &AdtEvent) -> usize {
        self.place[event.event_id.as_ref().unwrap()]
    }
}

/// The names of the fields in which two events differ.
fn differences(one: &AdtEvent, other: &AdtEvent) -> Vec<String> {
    fn compare(path: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
        if let (Value::Object(one), Value::Object(other)) = (one, other) {
            for (name, value) in one {
                compare(&format!("{path}.{name}"), value, &other[name], found);
            }
        } else if one != other {
            found.push(path.trim_start_matches('.').to_owned());
        }
    }
    let (one, other) = (serde_json::json!(one), serde_json::json!(other));
    let mut found = Vec::new();
    compare("", &one, &other, &mut found);
    found
}

fn time(text: Option<&String>) -> DateTime<Utc> {
    text.unwrap().parse().unwrap()
}

fn age_years(event: &AdtEvent) -> i32 {
    let identity = event.identity.as_ref().unwrap();
    let born_on: NaiveDate = identity.date_of_birth.as_ref().unwrap().parse().unwrap();
    let day = time(event.occurred_at.as_ref()).date_naive();
    full_years(born_on, day)
}

fn id_number(event: &AdtEvent) -> &str {
    let identity = event.identity.as_ref().unwrap();
    identity.id_number.as_deref().unwrap()
}

/// What is to be seen of a class in an event, written apart from what makes it so.
fn shows(class: Class, sent: &Sent, field: &str) -> bool {
    let event = &sent.event;
    match class {
        Class::MissingAdmissionTime => {
            event.admitted_at.is_none() && event.event_type.as_deref() == Some("A01")
        }
        Class::InvalidAge => !(0..=120).contains(&age_years(event)),
        Class::AgeOver100 => {
            let identity = event.identity.as_ref().unwrap();
            let year = &identity.date_of_birth.as_ref().unwrap()[2..4];
            (101..=119).contains(&age_years(event)) && *year != id_number(event)[..2]
        }
        Class::FutureTimestamp => {
            time(event.occurred_at.as_ref()) > time(event.recorded_at.as_ref())
        }
        Class::WrongTimeFormat => {
            let text = serde_json::json!(event)[field].as_str().unwrap().to_owned();
            DateTime::parse_from_rfc3339(&text).is_err()
        }
        Class::DischargeBeforeAdmission => {
            time(event.discharged_at.as_ref()) < time(event.admitted_at.as_ref())
        }
        Class::UnknownDepartment => {
            let code = event.location.as_ref().unwrap().department_code.as_deref();
            !domain::network::JOHANNESBURG.contains(&format!("{:?}", code.unwrap()))
        }
        Class::BadIdCheckDigit => {
            IdNumber::parse(id_number(event)) == Err(IdNumberError::CheckDigit)
        }
        Class::MissingPatient => event.key().is_none(),
        Class::TruncatedPayload => {
            let payload = AdtEncoder::with_schema_id(9).encode(event).unwrap();
            matches!(sent.damage, Some(Damage::Truncated { keep_bytes }) if keep_bytes < payload.len())
        }
        Class::UnknownSchemaId => sent.damage == Some(Damage::UnknownSchema),
        // These show in the order alone.
        _ => true,
    }
}

#[test]
fn without_faults_the_flow_is_the_clean_one() {
    let zero = Rates::parse("out_of_order = 0\nmissing_patient = 0.0").unwrap();
    let clean = Clean::new(3_000).events;
    let clean: Vec<Sent> = clean.into_iter().map(Sent::from).collect();
    assert_eq!(sent(zero, 3_000), clean);
    let name = |rates| simulation(rates).scenario().flow_name();
    assert_eq!(name(zero), name(Rates::default()));
    let names: HashSet<String> = Class::ALL.map(|class| name(Rates::only(class, 1.0))).into();
    assert_eq!(names.len(), Class::ALL.len());
    assert!(!names.contains(&name(zero)));
}

/// Whatever is not faulty is the clean event in its place; what is faulty shows its fault and nothing
/// else; and there are as many as the rate says.
#[test]
fn each_class_alone_changes_what_it_says_and_nothing_else() {
    let clean = Clean::new(2 * EVENTS);
    for class in Class::ALL {
        for percent in [5.0, 100.0] {
            let sent = sent(Rates::only(class, percent), EVENTS);
            let faults = sent.iter().filter(|sent| sent.fault.is_some()).count();
            for sent in &sent {
                check_event(&clean, class, sent);
            }
            check_count(&sent, class, percent);
            check_order(&clean, &sent, class);
            println!("{} at {percent} %: {faults} of {EVENTS}", class.as_str());
        }
    }
}

fn check_event(clean: &Clean, class: Class, sent: &Sent) {
    let origin = &clean.events[clean.place(&sent.event)];
    let Some(fault) = sent.fault else {
        assert!(sent.event == *origin && sent.damage.is_none(), "{class:?}");
        return;
    };
    assert_eq!(fault.class, class);
    assert!(
        shows(class, sent, fault.field),
        "{class:?}: {:?}",
        sent.event
    );
    let is_in_the_event = !matches!(
        class,
        Class::DuplicateEventId
            | Class::OutOfOrder
            | Class::LateDelivery
            | Class::TruncatedPayload
            | Class::UnknownSchemaId
    );
    let expected: &[&str] = if is_in_the_event { &[fault.field] } else { &[] };
    assert_eq!(differences(origin, &sent.event), expected, "{class:?}");
    let is_damaged = matches!(class, Class::TruncatedPayload | Class::UnknownSchemaId);
    assert_eq!(sent.damage.is_some(), is_damaged);
    // A clean event shows nothing of it.
    if is_in_the_event && class != Class::ConflictingEventId {
        let origin = Sent::from(origin.clone());
        let is_absent =
            class == Class::DischargeBeforeAdmission && origin.event.discharged_at.is_none();
        assert!(
            is_absent || !shows(class, &origin, fault.field),
            "{class:?}"
        );
    }
}

/// As many as the rate says, to five standard deviations.
fn check_count(sent: &[Sent], class: Class, percent: f64) {
    let is_copy = matches!(class, Class::DuplicateEventId | Class::ConflictingEventId);
    let befits = |sent: &&Sent| match (class, sent.event.event_type.as_deref()) {
        (Class::MissingAdmissionTime, trigger) => trigger == Some("A01"),
        (Class::DischargeBeforeAdmission, trigger) => trigger == Some("A03"),
        (Class::UnknownDepartment, trigger) => matches!(trigger, Some("A01" | "A02")),
        (Class::OutOfOrder, trigger) => trigger != Some("A03"),
        _ => !is_copy || sent.fault.is_none(),
    };
    let faults = sent.iter().filter(|sent| sent.fault.is_some()).count();
    let (mut of, found) = (
        crate::float::float(sent.iter().filter(befits).count() as u64),
        crate::float::float(faults as u64),
    );
    let share = percent / 100.0;
    if class == Class::OutOfOrder {
        // What overtakes another one has no fault.
        let pairs = sent.windows(2).filter(|pair| pair[1].fault.is_some());
        let overtaking = pairs.filter(|pair| befits(&&pair[0])).count();
        of -= crate::float::float(overtaking as u64);
    }
    let spread = 5.0 * (of * share * (1.0 - share)).sqrt();
    // What is held back at the end is not sent.
    let held = if percent < 100.0 {
        0.05 * 3_000.0
    } else {
        3_000.0
    };
    let slack = match class {
        Class::LateDelivery => spread + held,
        Class::OutOfOrder => spread + 44.0,
        _ if is_copy => spread + 50.0,
        _ => spread,
    };
    assert!(
        (found - of * share).abs() <= slack,
        "{class:?} at {percent} %: {found} of {of}"
    );
}

/// Copies taken away and what comes late put back, it is the clean flow, but for what is held back at
/// the end.
fn check_order(clean: &Clean, sent: &[Sent], class: Class) {
    let mut met: HashMap<usize, usize> = HashMap::new();
    let mut last_of_patient: HashMap<Option<String>, usize> = HashMap::new();
    let mut next = 0;
    let mut copies = 0;
    for (ordinal, sent) in sent.iter().enumerate() {
        let place = clean.place(&sent.event);
        let key = clean.events[place].key();
        let fault = sent.fault.map(|fault| fault.class);
        match fault {
            Some(Class::DuplicateEventId | Class::ConflictingEventId) => {
                let first = met[&place];
                assert!(ordinal - first <= 110, "{class:?}");
                copies += 1;
                continue;
            }
            Some(Class::OutOfOrder) => {
                let last = last_of_patient[&key];
                let between = clean.events[place + 1..last].iter();
                assert!(place < last && between.clone().all(|it| it.key() != key));
            }
            // Where all are late nothing tells by how much.
            Some(Class::LateDelivery) if next == 0 => {}
            // The last ones before it may be late themselves.
            Some(Class::LateDelivery) => assert!((290..=3_000).contains(&(next - place))),
            _ => {
                assert!(place >= next, "{class:?}: {ordinal} is out of order");
                next = place + 1;
                last_of_patient.insert(key, place);
            }
        }
        assert!(
            met.insert(place, ordinal).is_none(),
            "{class:?}: sent twice"
        );
    }
    assert_eq!(met.len() + copies, sent.len());
    let held = next.max(met.len()) - met.len();
    let held_max = match class {
        Class::LateDelivery => 3_000,
        // The beds of the small hospital.
        Class::OutOfOrder => 44,
        _ => 0,
    };
    assert!(held <= held_max, "{class:?}: {held} are missing");
}

#[test]
fn a_longer_flow_begins_with_the_shorter_one_and_faults_are_told_with_their_numbers() {
    let simulation = simulation(all_at(5.0));
    let longer = sent_of(&simulation, Length::Events(6_000));
    for events in [0, 1, 500, 3_000] {
        let shorter = sent_of(&simulation, Length::Events(events));
        assert_eq!(shorter[..], longer[..usize::try_from(events).unwrap()]);
    }
    let days = |days| sent_of(&simulation, Length::Days(days));
    let (few, many) = (days(2), days(5));
    assert!(few.len() > 100 && many.starts_with(&few));
    assert!(many.starts_with(&longer[..500]));
    let count = simulation
        .count_events(Length::Days(5), &CancellationToken::new())
        .unwrap();
    assert_eq!(count, many.len() as u64);

    let registry = simulation.registry().unwrap();
    let staff = simulation.staff().unwrap();
    let length = Length::Events(6_000);
    let faults = simulation.faults(&registry, &staff, length).unwrap();
    let told: Vec<(u64, Fault)> = faults.collect();
    let seen = (0..).zip(&longer);
    let seen: Vec<_> = seen.filter_map(|(n, it)| Some((n, it.fault?))).collect();
    assert_eq!(told, seen);
    let classes: HashSet<Class> = told.iter().map(|(_, fault)| fault.class).collect();
    assert_eq!(classes.len(), Class::ALL.len());
}

#[test]
fn what_is_held_back_is_bounded() {
    for (class, bound) in [
        (Class::LateDelivery, 3_001),
        (Class::OutOfOrder, 44 + 2),
        (Class::DuplicateEventId, 52),
        (Class::ConflictingEventId, 52),
    ] {
        let simulation = simulation(Rates::default());
        let registry = simulation.registry().unwrap();
        let steps = simulation.flow(&registry).unwrap();
        let mut delivery = Delivery::new(steps, Rates::only(class, 100.0), 42);
        let mut held = 0;
        for _ in 0..20_000 {
            delivery.next().unwrap();
            held = held.max(delivery.held());
        }
        println!("{}: at most {held} held back", class.as_str());
        assert!((5..=bound).contains(&held), "{class:?}: {held}");
    }
}

/// What finds a class, as `docs/faults.md` names it: each event by one of these.
fn rules(class: Class) -> &'static [&'static str] {
    match class {
        Class::MissingAdmissionTime => &["ADT-014"],
        Class::InvalidAge => &["ADT-011", "ADT-013"],
        Class::AgeOver100 => &["ADT-021"],
        Class::FutureTimestamp => &["ADT-015"],
        Class::WrongTimeFormat => &["ADT-006"],
        Class::MissingPatient => &["ADT-008"],
        Class::ConflictingEventId => &["HIS-001"],
        Class::UnknownDepartment => &["HIS-002"],
        Class::DischargeBeforeAdmission => &["ADT-016"],
        Class::BadIdCheckDigit => &["ADT-018"],
        // Of these two the codec tells.
        Class::TruncatedPayload | Class::UnknownSchemaId => &["ADT-001"],
        _ => &[],
    }
}

/// Every fault is found by its rule, and no rule finds anything else.
#[test]
fn rules_find_their_faults_and_nothing_else() {
    let simulation = simulation(Rates::default());
    let network = &simulation.scenario().network;
    let key = PseudonymKey::new(&[7; 32]).unwrap();
    let hospitals = network.hospitals.iter();
    let cleaner = Cleaner::new(key, hospitals.map(|it| (it.code.clone(), it.time_zone)));
    for class in Class::ALL {
        let mut found: BTreeMap<(Uuid, &str), usize> = BTreeMap::new();
        let mut expected: HashSet<Uuid> = HashSet::new();
        let mut gone: HashSet<Uuid> = HashSet::new();
        let mut patients: HashMap<Uuid, Vec<AdtRecord>> = HashMap::new();
        for (number, sent) in (0_u128..).zip(sent(Rates::only(class, 5.0), 4_000)) {
            let id: Uuid = sent.event.event_id.as_ref().unwrap().parse().unwrap();
            if sent.fault.is_some() && !rules(class).is_empty() {
                expected.insert(id);
            }
            if sent.damage.is_some() {
                *found.entry((id, "ADT-001")).or_default() += 1;
                gone.insert(id);
                continue;
            }
            let content = if class == Class::DuplicateEventId {
                0
            } else {
                number
            };
            match cleaner.clean(&sent.event, Uuid::from_u128(content)) {
                Err(refusal) => {
                    *found.entry((id, refusal.rule.code)).or_default() += 1;
                    gone.insert(id);
                }
                Ok(cleaned) => {
                    for rule in &cleaned.record.repairs {
                        *found.entry((id, rule.code)).or_default() += 1;
                    }
                    let records = patients.entry(cleaned.record.patient_pseudonym);
                    records.or_default().push(cleaned.record);
                }
            }
        }
        // Where records are quarantined, or held back, histories have gaps, which other rules find.
        let is_whole = gone.is_empty() && !matches!(class, Class::OutOfOrder | Class::LateDelivery);
        for records in patients.into_values().filter(|_| is_whole) {
            for finding in history(&distinct(records), &network.departments()).findings {
                let code = finding.rule.code;
                *found.entry((finding.event_id, code)).or_default() += 1;
            }
        }
        let hit: HashSet<Uuid> = found.keys().map(|(id, _)| *id).collect();
        assert_eq!(hit, expected, "{class:?}");
        assert!(
            found.keys().all(|(_, rule)| rules(class).contains(rule)),
            "{class:?}"
        );
        println!(
            "{}: {} found by {:?}",
            class.as_str(),
            hit.len(),
            rules(class)
        );
    }
}

/// Silver holds a record of one id and content once.
fn distinct(records: Vec<AdtRecord>) -> Vec<AdtRecord> {
    let mut seen = HashSet::new();
    let mut records = records;
    records.retain(|record| seen.insert((record.event_id, record.content_hash)));
    records
}
