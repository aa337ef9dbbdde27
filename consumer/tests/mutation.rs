//! Valid events that were changed by chance, at their bytes or in their fields, go the way of a record through decode,
//! clean and history: none brings anything down, and each is loaded whole, or refused with a reason.
//!
//! An input follows from its number alone, so a complaint that names one can be looked at again. There are 200,000,
//! and ten million where `WARDFLOW_LONG` is set.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends where something unexpected happens"
)]

#[path = "mutation/mutate.rs"]
mod mutate;
#[path = "../../database/tests/load/random.rs"]
#[allow(dead_code, reason = "others draw other things too")]
mod random;

use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;
use std::thread;

use domain::clean::{Cleaner, Refusal};
use domain::event::AdtEvent;
use domain::history::{Departments, PatientHistory, history};
use domain::network::Network;
use domain::pseudonym::PseudonymKey;
use domain::record::AdtRecord;
use domain::rule;
use generators::flow::{Length, Simulation};
use generators::scale::Scale;
use generators::scenario::Scenario;
use generators::trial;
use platform::codec::{ADT_EVENT_SCHEMA, AdtEncoder, AdtSchema};
use platform::wire;

use mutate::Mutations;
use random::Random;

const INPUTS: u64 = 200_000;
const INPUTS_OF_A_LONG_RUN: u64 = 10_000_000;

/// The id of our schema.
const SCHEMA_ID: u32 = 1;

/// What became of inputs, by the code of the error or rule; loaded ones have none.
type Outcomes = BTreeMap<String, u64>;

/// The way of a record, and the patients whose records are changed.
struct Way {
    encoder: AdtEncoder,
    schema: AdtSchema,
    key: PseudonymKey,
    cleaner: Cleaner,
    departments: Departments,
    /// The events of each patient, and what becomes of them unchanged.
    patients: Vec<(Vec<AdtEvent>, Vec<AdtRecord>)>,
}

impl Way {
    fn new() -> Self {
        let network = Network::parse(&trial::network_toml()).unwrap();
        let key = PseudonymKey::new(&[7; 32]).unwrap();
        let hospitals = network.hospitals.iter();
        let hospitals = hospitals.map(|it| (it.code.clone(), it.time_zone));
        let mut way = Self {
            encoder: AdtEncoder::with_schema_id(SCHEMA_ID),
            schema: AdtSchema::parse(SCHEMA_ID, ADT_EVENT_SCHEMA).unwrap(),
            cleaner: Cleaner::new(key.clone(), hospitals),
            key,
            departments: network.departments(),
            patients: Vec::new(),
        };
        let mut patients: HashMap<_, Vec<_>> = HashMap::new();
        for event in events(2_000) {
            patients.entry(event.key()).or_default().push(event);
        }
        let mut patients: Vec<_> = patients.into_values().collect();
        patients.sort_by_key(|events| events[0].event_id.clone());
        for events in patients {
            let record = |event| {
                let payload = way.encoder.encode(event).unwrap();
                way.take(&payload, Some(event)).unwrap()
            };
            let records = events.iter().map(record).collect();
            way.patients.push((events, records));
        }
        way
    }

    /// The record of a payload, or the code of what refuses it. Where it is known of which event it is, it is read as
    /// that.
    fn take(&self, payload: &[u8], of: Option<&AdtEvent>) -> Result<AdtRecord, String> {
        let (schema_id, datum) = wire::unframe(payload).map_err(|_| "unframed".to_owned())?;
        if schema_id != SCHEMA_ID {
            return Err("unknown-schema".to_owned());
        }
        let decoded = self.schema.read(datum, &self.key);
        let decoded = decoded.map_err(|error| error.code().to_owned())?;
        assert!(
            of.is_none_or(|event| *event == decoded.event),
            "another event is read"
        );
        self.assert_nothing_is_lost(&decoded.event, decoded.content_hash);
        match self.cleaner.clean(&decoded.event, decoded.content_hash) {
            Ok(cleaned) => Ok(cleaned.record),
            Err(refusal) => {
                assert_says_why(&refusal);
                Err(refusal.rule.code.to_owned())
            }
        }
    }

    /// Whoever writes what was read writes the same.
    fn assert_nothing_is_lost(&self, event: &AdtEvent, content_hash: uuid::Uuid) {
        let payload = self.encoder.encode(event).unwrap();
        let (_, datum) = wire::unframe(&payload).unwrap();
        let again = self.schema.read(datum, &self.key).unwrap();
        assert!(again.event == *event, "another event comes of it");
        assert_eq!(again.content_hash, content_hash);
    }

    /// Takes the input of a number; what became of it.
    fn try_input(&self, number: u64) -> String {
        let mut random = Random::new(number);
        let (events, records) = &self.patients[random.below(self.patients.len())];
        let changed = random.below(events.len());
        let (other, _) = &self.patients[random.below(self.patients.len())];
        let mutations = Mutations {
            event: &events[changed],
            other: &other[0],
            encoder: &self.encoder,
        };
        let (payload, event) = mutations.payload(&mut random);
        match self.take(&payload, event.as_ref()) {
            Err(code) => code,
            Ok(record) => {
                self.fold(record, records, changed);
                "loaded".to_owned()
            }
        }
    }

    /// Folds a patient's records with one that was changed, among the others or, where it came to be another
    /// patient's, alone; in two orders, and once with copies.
    fn fold(&self, changed: AdtRecord, records: &[AdtRecord], number: usize) {
        let mut all = records.to_vec();
        if changed.patient_pseudonym == records[number].patient_pseudonym {
            all[number] = changed;
        } else {
            all = vec![changed];
        }
        let folded = |records: &[AdtRecord]| history(records, &self.departments);
        let forwards = folded(&all);
        assert_well_formed(&forwards, &all);
        let backwards: Vec<_> = all.iter().rev().cloned().collect();
        assert!(folded(&backwards) == forwards, "the order of arrival shows");
        let twice = [all, backwards].concat();
        assert!(folded(&twice) == forwards, "a copy shows");
    }
}

/// The first events of a small hospital.
fn events(number: u64) -> Vec<AdtEvent> {
    let start = "2026-03-02".parse().unwrap();
    let network = trial::network_toml();
    let scenario = Scenario::new(42, start, Scale::Quick, Some(&network)).unwrap();
    let simulation = Simulation::new(scenario).unwrap();
    let (registry, staff) = (simulation.registry().unwrap(), simulation.staff().unwrap());
    let events = simulation.events(&registry, &staff, Length::Events(number));
    events.unwrap().collect()
}

fn assert_says_why(refusal: &Refusal) {
    assert!(rule::of_code(refusal.rule.code).is_some());
    assert!(!refusal.reason.is_empty());
    assert!(!refusal.reason.chars().any(char::is_control));
}

/// What holds of every history, whatever it is of.
fn assert_well_formed(history: &PatientHistory, records: &[AdtRecord]) {
    let versions = &history.versions;
    assert!(
        versions
            .windows(2)
            .all(|it| it[0].valid_to == Some(it[1].valid_from))
    );
    assert!(
        versions
            .iter()
            .all(|it| it.valid_to.is_none_or(|to| it.valid_from < to))
    );
    let named = records.iter().filter_map(|it| it.encounter_key);
    let known: Vec<_> = history
        .admissions
        .iter()
        .map(|it| it.encounter_key)
        .collect();
    assert!(
        known.windows(2).all(|it| it[0] < it[1]),
        "encounters are told once"
    );
    for encounter in named {
        assert!(known.contains(&encounter), "an encounter is lost");
    }
    for stay in &history.stays {
        assert!(known.contains(&stay.encounter_key));
        assert!(
            stay.left_at
                .is_none_or(|left_at| stay.arrived_at <= left_at)
        );
    }
}

#[test]
fn whatever_is_changed_of_an_event_it_is_loaded_whole_or_refused_with_a_reason() {
    let is_long = std::env::var_os("WARDFLOW_LONG").is_some();
    let inputs = if is_long {
        INPUTS_OF_A_LONG_RUN
    } else {
        INPUTS
    };
    let way = Way::new();
    let threads = thread::available_parallelism().map_or(1, NonZero::get) as u64;
    let outcomes = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                let way = &way;
                scope.spawn(move || {
                    let mut outcomes = Outcomes::new();
                    for number in (worker..inputs).step_by(usize::try_from(threads).unwrap()) {
                        let tried = std::panic::AssertUnwindSafe(|| way.try_input(number));
                        let Ok(outcome) = std::panic::catch_unwind(tried) else {
                            panic!("input {number}");
                        };
                        *outcomes.entry(outcome).or_default() += 1;
                    }
                    outcomes
                })
            })
            .collect();
        let mut outcomes = Outcomes::new();
        for worker in workers {
            for (outcome, times) in worker.join().unwrap() {
                *outcomes.entry(outcome).or_default() += times;
            }
        }
        outcomes
    });
    println!("{outcomes:?}");
    assert_eq!(outcomes.values().sum::<u64>(), inputs);
    // Where one kind alone came of them, nothing was tried.
    for kind in [
        "loaded",
        "unframed",
        "unknown-schema",
        "truncated",
        "malformed",
        "trailing-bytes",
        "ADT-002",
        "ADT-003",
        "ADT-004",
        "ADT-005",
        "ADT-006",
        "ADT-007",
        "ADT-008",
        "ADT-009",
        "ADT-010",
        "ADT-012",
    ] {
        let times = outcomes.get(kind).copied().unwrap_or_default();
        assert!(times > inputs / 10_000, "{kind}: {times}");
    }
}
