//! Records of some patients of one hospital: encounters with transfers and updates, in disorder,
//! with ties, late changes, conflicting contents and departments that nobody knows.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::clean::Cleaner;
use domain::event::{AdtEvent, Identity, Location};
use domain::network::Hospital;
use domain::pseudonym::PseudonymKey;
use domain::record::CleanedEvent;
use uuid::Uuid;

use super::random::Random;
use super::warehouse::network;

/// The key of these tests' pseudonyms.
pub(crate) fn key() -> PseudonymKey {
    PseudonymKey::new(&[7; 32]).unwrap()
}

/// A day that all of these records lie after.
pub(crate) fn start() -> DateTime<Utc> {
    "2026-03-02T00:00:00Z".parse().unwrap()
}

/// Cleans events; each gets a content hash of its own, unless it equals an earlier one.
pub(crate) struct WardLife {
    cleaner: Cleaner,
    hospital: Hospital,
    random: Random,
    numbers: u128,
}

impl WardLife {
    pub(crate) fn new(seed: u64) -> Self {
        let network = network();
        let hospitals = network.hospitals.iter();
        let zones = hospitals.map(|hospital| (hospital.code.clone(), hospital.time_zone));
        Self {
            cleaner: Cleaner::new(key(), zones),
            hospital: network.hospitals[0].clone(),
            random: Random::new(seed),
            numbers: 0,
        }
    }

    /// A number as a UUID that has never been, scattered over all UUIDs.
    fn uuid(&mut self) -> Uuid {
        self.numbers += 1;
        Uuid::from_u128(
            self.numbers
                .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
        )
    }

    /// Some `events` of a patient, in disorder.
    pub(crate) fn patient(&mut self, patient_id: &str, events: usize) -> Vec<CleanedEvent> {
        let mut life = Vec::with_capacity(events + 8);
        let mut at = start();
        let mut encounters = 0;
        while life.len() < events {
            encounters += 1;
            at = self.encounter(patient_id, &format!("E{encounters}"), at, &mut life);
        }
        life.truncate(events);
        self.random.shuffle(&mut life);
        life
    }

    /// Adds an encounter that begins after a time, and tells when it ended.
    fn encounter(
        &mut self,
        patient_id: &str,
        encounter_id: &str,
        after: DateTime<Utc>,
        life: &mut Vec<CleanedEvent>,
    ) -> DateTime<Utc> {
        let mut at = after;
        let triggers = ["A01", "A08", "A02", "A08", "A02", "A03"];
        for (sequence, trigger) in (1..).zip(triggers) {
            // A tenth of the events tie with the one before.
            if !self.random.percent(10) {
                at += TimeDelta::minutes(1 + i64::try_from(self.random.below(3_000)).unwrap());
            }
            let mut event = self.event(trigger, patient_id, Some(encounter_id), at);
            event.sequence = (!self.random.percent(20)).then_some(sequence);
            life.push(self.clean(&event));
            if self.random.percent(4) {
                // The same event told again, otherwise and later.
                event.recorded_at = Some(text(at + TimeDelta::minutes(5)));
                event.location = Some(self.location());
                life.push(self.clean(&event));
            }
        }
        at
    }

    /// An event with all that a hospital says.
    pub(crate) fn event(
        &mut self,
        trigger: &str,
        patient_id: &str,
        encounter_id: Option<&str>,
        at: DateTime<Utc>,
    ) -> AdtEvent {
        let languages = ["isiZulu", "Sesotho", "English"];
        AdtEvent {
            event_id: Some(self.uuid().to_string()),
            event_type: Some(trigger.to_owned()),
            occurred_at: Some(text(at)),
            recorded_at: Some(text(at)),
            admitted_at: (trigger == "A01").then(|| text(at)),
            discharged_at: (trigger == "A03").then(|| text(at)),
            hospital_code: Some(self.hospital.code.clone()),
            patient_id: Some(patient_id.to_owned()),
            encounter_id: encounter_id.map(str::to_owned),
            location: Some(self.location()),
            attending_staff_id: Some(format!("S{}", self.random.below(5))),
            home_language: self
                .random
                .percent(80)
                .then(|| languages[self.random.below(3)].into()),
            identity: Some(Identity {
                first_name: Some("Canary".to_owned()),
                date_of_birth: Some("1980-05-06".to_owned()),
                ..Identity::default()
            }),
            ..AdtEvent::default()
        }
    }

    fn location(&mut self) -> Location {
        let departments = &self.hospital.departments;
        let known = departments[self.random.below(departments.len())]
            .code
            .clone();
        let code = if self.random.percent(5) {
            "NOWHERE".to_owned()
        } else {
            known
        };
        Location {
            department_code: Some(code),
            ward: Some(format!("W{}", self.random.below(4))),
            bed: Some(self.random.below(9).to_string()),
        }
    }

    /// The event as the loader takes it, under a new content hash.
    pub(crate) fn clean(&mut self, event: &AdtEvent) -> CleanedEvent {
        let content_hash = self.uuid();
        self.cleaner.clean(event, content_hash).unwrap()
    }
}

pub(crate) fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
