use std::collections::{HashMap, HashSet};

use domain::id_number::IdNumber;

use super::*;

fn flow(seed: u64, events: u64) -> SmallFlow {
    let network = Network::embedded().unwrap();
    let start = "2026-03-02T00:00:00Z".parse().unwrap();
    SmallFlow::new(
        Settings {
            seed,
            start,
            events,
        },
        &network,
    )
    .unwrap()
}

fn text(field: Option<&str>) -> &str {
    field.unwrap()
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_seed_others() {
    let bytes = |seed, events| -> Vec<String> {
        let json = |event| serde_json::to_string(&event).unwrap();
        flow(seed, events).map(json).collect()
    };
    let longer = bytes(42, 3_000);
    assert_eq!(longer, bytes(42, 3_000));
    assert_eq!(longer[..2_000], bytes(42, 2_000));
    assert_ne!(longer, bytes(43, 3_000));
}

#[test]
fn events_come_by_time_with_ids_of_their_own() {
    let events: Vec<AdtEvent> = flow(42, 20_000).collect();
    assert_eq!(events.len(), 20_000);
    let times: Vec<&str> = events
        .iter()
        .map(|event| text(event.occurred_at.as_deref()))
        .collect();
    assert!(times.is_sorted());
    let ids: HashSet<&str> = events
        .iter()
        .map(|event| text(event.event_id.as_deref()))
        .collect();
    assert_eq!(ids.len(), events.len());
    assert!(
        events
            .iter()
            .all(|event| event.hospital_code.as_deref() != Some("BIDMC"))
    );
}

#[test]
fn an_encounter_is_admitted_first_and_ends_with_its_discharge() {
    let mut open: HashMap<String, i64> = HashMap::new();
    let mut in_hospital: HashSet<String> = HashSet::new();
    let mut dead: HashSet<String> = HashSet::new();
    let mut triggers: HashMap<String, u32> = HashMap::new();
    for event in flow(7, 20_000) {
        let encounter = format!(
            "{}/{}",
            text(event.hospital_code.as_deref()),
            text(event.encounter_id.as_deref())
        );
        let patient = event.key().unwrap();
        let trigger = text(event.event_type.as_deref()).to_owned();
        assert!(!dead.contains(&patient));
        if trigger == "A01" {
            assert_eq!(open.insert(encounter.clone(), 0), None);
            assert!(in_hospital.insert(patient.clone()), "two stays at once");
        }
        let sequence = open.get_mut(&encounter).unwrap();
        *sequence += 1;
        assert_eq!(event.sequence, Some(*sequence));
        if trigger == "A03" {
            open.remove(&encounter);
            in_hospital.remove(&patient);
            if event.died == Some(true) {
                dead.insert(patient);
            }
        }
        *triggers.entry(trigger).or_default() += 1;
    }
    assert!(triggers.len() == 4 && triggers.values().all(|count| *count > 1_000));
    assert!(!dead.is_empty());
}

#[test]
fn an_event_knows_nothing_of_the_time_after_it() {
    for event in flow(1, 20_000) {
        let occurred_at = text(event.occurred_at.as_deref());
        assert!(text(event.admitted_at.as_deref()) <= occurred_at);
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
    let admissions = flow(3, 20_000).filter(|event| event.event_type.as_deref() == Some("A01"));
    for event in admissions {
        let id_number = event.identity.clone().unwrap().id_number.unwrap();
        if let Some(before) = people.insert(event.key().unwrap(), id_number.clone()) {
            readmissions += 1;
            assert_eq!(before, id_number);
        }
    }
    assert!(readmissions > 500, "{readmissions}");
}

#[test]
fn memory_does_not_grow_with_the_flow() {
    let mut flow = flow(5, 200_000);
    let mut agenda_max = 0;
    while flow.next().is_some() {
        agenda_max = agenda_max.max(flow.agenda.len());
    }
    assert!(agenda_max < 5_000, "{agenda_max}");
    assert!(
        flow.hospitals
            .iter()
            .all(|open| open.pool.len() <= POOL_PATIENTS_MAX)
    );
}

#[test]
fn a_network_without_wards_is_refused() {
    let network = Network::parse(domain::network::BIDMC).unwrap();
    let settings = Settings {
        seed: 1,
        start: DateTime::UNIX_EPOCH,
        events: 1,
    };
    assert_eq!(SmallFlow::new(settings, &network).err(), Some(NoWards));
}

#[test]
fn people_of_a_long_flow_have_identity_numbers_of_their_own() {
    let mut owners: HashMap<String, (Option<String>, Option<String>)> = HashMap::new();
    for event in flow(42, 300_000) {
        let id_number = event.identity.unwrap().id_number.unwrap();
        let owner = (event.hospital_code, event.patient_id);
        assert_eq!(
            *owners.entry(id_number).or_insert_with(|| owner.clone()),
            owner
        );
    }
}

#[test]
fn flows_of_other_seeds_and_starts_are_about_other_patients() {
    let patients = |settings| -> HashSet<Option<String>> {
        let flow = SmallFlow::new(settings, &Network::embedded().unwrap()).unwrap();
        flow.map(|event| event.patient_id).collect()
    };
    let settings = flow(42, 1_000).settings;
    let other_seed = Settings {
        seed: 43,
        ..settings
    };
    let start = settings.start + TimeDelta::days(1);
    for other in [other_seed, Settings { start, ..settings }] {
        assert!(patients(settings).is_disjoint(&patients(other)));
    }
}
