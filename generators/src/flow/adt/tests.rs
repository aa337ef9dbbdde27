//! What holds of the events of a flow.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use domain::clean::Cleaner;
use domain::history::history;
use domain::id_number::IdNumber;
use domain::pseudonym::PseudonymKey;
use domain::record::AdtRecord;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::*;
use crate::flow::{Length, Simulation};
use crate::scale::Scale;
use crate::trial;

fn simulation(seed: u64, start: &str, network_toml: Option<&str>) -> Simulation {
    let start: NaiveDate = start.parse().unwrap();
    let scenario = Scenario::new(seed, start, Scale::Quick, network_toml).unwrap();
    Simulation::new(scenario).unwrap()
}

fn events_of(simulation: &Simulation, length: Length) -> Vec<AdtEvent> {
    let registry = simulation.registry().unwrap();
    let staff = simulation.staff().unwrap();
    simulation
        .events(&registry, &staff, length)
        .unwrap()
        .collect()
}

/// The first events of the small hospital.
fn small(seed: u64, events: u64) -> Vec<AdtEvent> {
    let network = trial::network_toml();
    let simulation = simulation(seed, "2026-03-02", Some(&network));
    events_of(&simulation, Length::Events(events))
}

fn text(field: Option<&str>) -> &str {
    field.unwrap()
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_seed_others() {
    let bytes = |seed, events| -> Vec<String> {
        let events = small(seed, events);
        events
            .iter()
            .map(|event| serde_json::to_string(event).unwrap())
            .collect()
    };
    let longer = bytes(42, 3_000);
    assert_eq!(longer, bytes(42, 3_000));
    assert_eq!(longer[..2_000], bytes(42, 2_000));
    assert_ne!(longer, bytes(43, 3_000));
}

#[test]
fn a_flow_of_days_is_as_long_as_it_is_counted() {
    let network = trial::network_toml();
    let simulation = simulation(7, "2026-03-02", Some(&network));
    let length = Length::Days(9);
    let events = events_of(&simulation, length);
    assert_eq!(
        events.len() as u64,
        simulation
            .count_events(length, &CancellationToken::new())
            .unwrap()
    );
    // Midnight in Johannesburg.
    let end = Some("2026-03-10T22:00:00Z".to_owned());
    assert!(events.iter().all(|event| event.recorded_at < end));
    let longer = events_of(&simulation, Length::Events(events.len() as u64 + 1));
    assert!(longer.last().unwrap().recorded_at >= end);
}

#[test]
fn an_event_knows_nothing_of_the_time_after_it() {
    for event in small(1, 10_000) {
        let occurred_at = text(event.occurred_at.as_deref());
        assert!(text(event.admitted_at.as_deref()) <= occurred_at);
        assert!(occurred_at <= text(event.recorded_at.as_deref()));
        let is_discharge = event.event_type.as_deref() == Some("A03");
        assert_eq!(event.discharged_at.is_some(), is_discharge);
        assert!(
            event
                .discharged_at
                .is_none_or(|at| at.as_str() <= occurred_at)
        );
        let identity = event.identity.unwrap();
        assert!(IdNumber::parse(text(identity.id_number.as_deref())).is_ok());
        assert!(text(identity.date_of_birth.as_deref()) <= occurred_at);
        assert_eq!(identity.deceased_at.is_some(), event.died == Some(true));
    }
}

#[test]
fn patients_come_back_with_the_same_identity() {
    let mut people: HashMap<String, String> = HashMap::new();
    let mut readmissions = 0;
    let mut triggers: BTreeMap<String, u32> = BTreeMap::new();
    for event in small(3, 10_000) {
        let id_number = event.identity.clone().unwrap().id_number.unwrap();
        let before = people.insert(event.key().unwrap(), id_number.clone());
        assert!(before.as_ref().is_none_or(|before| *before == id_number));
        let trigger = event.event_type.unwrap();
        readmissions += u32::from(before.is_some() && trigger == "A01");
        *triggers.entry(trigger).or_default() += 1;
    }
    assert!(readmissions > 50, "{readmissions}");
    assert!(triggers.len() == 4 && triggers.values().all(|count| *count > 50));
}

/// A patient's record changes in the course of a stay, and events tell it from then on.
#[test]
fn an_update_tells_what_changed() {
    let mut last: HashMap<String, AdtEvent> = HashMap::new();
    let (mut updates, mut changed) = (0, 0);
    for event in small(4, 20_000) {
        let key = format!("{:?}", event.encounter_id);
        let before = last.insert(key, event.clone());
        let said = |event: &AdtEvent| {
            let AdtEvent {
                identity,
                marital_status,
                medical_scheme,
                ..
            } = event.clone();
            let identity = identity.map(|identity| Identity {
                deceased_at: None,
                ..identity
            });
            (identity, marital_status, medical_scheme)
        };
        let Some(before) = before else { continue };
        let differs = said(&before) != said(&event);
        if event.event_type.as_deref() == Some("A08") {
            updates += 1;
            changed += u32::from(differs);
        } else {
            assert!(!differs, "changed without an update");
        }
    }
    // A scheme or status that is drawn anew may be the one it was.
    assert!(
        updates > 100 && changed * 10 > updates * 7,
        "{changed} of {updates}"
    );
}

#[test]
fn flows_of_other_seeds_and_starts_are_about_other_patients_and_encounters() {
    let network = trial::network_toml();
    let numbers = |seed, start| -> HashSet<Option<String>> {
        let events = events_of(
            &simulation(seed, start, Some(&network)),
            Length::Events(500),
        );
        let numbers = events
            .into_iter()
            .flat_map(|it| [it.patient_id, it.encounter_id]);
        numbers.collect()
    };
    let all = numbers(42, "2026-03-02");
    assert!(all.is_disjoint(&numbers(43, "2026-03-02")));
    assert!(all.is_disjoint(&numbers(42, "2026-03-03")));
}

/// Nine days of the default network: no rule of the cleaning refuses, repairs or finds anything, ids
/// are unique, and what is recorded is in order.
#[test]
fn a_clean_flow_hits_no_rule() {
    let simulation = simulation(42, "2026-03-02", None);
    let network = &simulation.scenario().network;
    let key = PseudonymKey::new(&[7; 32]).unwrap();
    let hospitals = network.hospitals.iter();
    let cleaner = Cleaner::new(key, hospitals.map(|it| (it.code.clone(), it.time_zone)));
    let mut ids = HashSet::new();
    let mut last = String::new();
    let mut patients: HashMap<Uuid, Vec<AdtRecord>> = HashMap::new();
    let events = events_of(&simulation, Length::Days(9));
    let count = events.len();
    for event in events {
        assert!(ids.insert(event.event_id.clone()));
        let recorded_at = event.recorded_at.clone().unwrap();
        assert!(last <= recorded_at);
        last = recorded_at;
        let record = cleaner.clean(&event, Uuid::nil()).unwrap().record;
        assert!(record.repairs.is_empty(), "{record:?}");
        patients
            .entry(record.patient_pseudonym)
            .or_default()
            .push(record);
    }
    let departments = network.departments();
    for records in patients.values() {
        let found = history(records, &departments).findings;
        assert!(found.is_empty(), "{found:?}");
    }
    println!("{count} events of {} patients", patients.len());
    assert!(count > 40_000);
}
