//! A small flow of synthetic events: arrivals, transfers, updates, discharges, readmissions.
//!
//! It is as long as one wishes and takes constant memory: open encounters, and a bounded pool of
//! patients who may come back. The flow of n events is the beginning of any longer one.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::event::AdtEvent;
use domain::network::{Hospital, Network};

use crate::encounter::{Encounter, Ending};
use crate::patient::Patient;
use crate::random::SplitMix64;

/// Discharged patients of a hospital who may come back; the pool forgets beyond that.
const POOL_PATIENTS_MAX: usize = 500;

/// How many arrivals in a hundred are of patients who were there before.
const READMISSIONS_PERCENT: u64 = 25;

/// The longest time between two arrivals at a hospital; the mean is half of it.
const ARRIVAL_SECONDS_MAX: i64 = 80 * 60;

/// What determines a flow, with the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Any number.
    pub seed: u64,
    /// When the first patients arrive.
    pub start: DateTime<Utc>,
    /// How many events.
    pub events: u64,
}

/// The network has no place for a patient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no hospital of the network has a department with wards; add `ward = [{{ code = \"MED-1\", beds = 30 }}]` to one"
)]
pub struct NoWards;

/// A flow of events in the order of event time.
#[derive(Debug)]
pub struct SmallFlow {
    random: SplitMix64,
    settings: Settings,
    /// Stands in all numbers: patients of another seed or start are others.
    mark: String,
    /// Hospitals with their departments that have wards.
    hospitals: Vec<Open>,
    agenda: BinaryHeap<Due>,
    /// Entries ever made in the agenda: of two at one instant the older comes first.
    entries: u64,
    people: u64,
    left: u64,
}

/// A hospital at work.
#[derive(Debug)]
struct Open {
    hospital: Hospital,
    patients: u64,
    encounters: u64,
    pool: Vec<Patient>,
}

/// Something that will happen.
#[derive(Debug)]
struct Due {
    at: DateTime<Utc>,
    entry: u64,
    what: What,
}

#[derive(Debug)]
enum What {
    /// Somebody arrives at the hospital of this number.
    Arrival(usize),
    /// A stay goes on.
    Progress(Box<Encounter>),
}

impl SmallFlow {
    /// A flow over those hospitals of the network that have wards.
    pub fn new(settings: Settings, network: &Network) -> Result<Self, NoWards> {
        let mut hospitals = network.hospitals.clone();
        for hospital in &mut hospitals {
            hospital
                .departments
                .retain(|department| !department.wards.is_empty());
        }
        hospitals.retain(|hospital| !hospital.departments.is_empty());
        if hospitals.is_empty() {
            return Err(NoWards);
        }
        let open = |hospital| Open {
            hospital,
            patients: 0,
            encounters: 0,
            pool: Vec::new(),
        };
        let mut flow = Self {
            random: SplitMix64::new(settings.seed),
            settings,
            mark: mark(settings),
            hospitals: hospitals.into_iter().map(open).collect(),
            agenda: BinaryHeap::new(),
            entries: 0,
            people: 0,
            left: settings.events,
        };
        for hospital in 0..flow.hospitals.len() {
            flow.expect_arrival(hospital, settings.start);
        }
        Ok(flow)
    }

    fn enter(&mut self, at: DateTime<Utc>, what: What) {
        let entry = self.entries;
        self.entries += 1;
        self.agenda.push(Due { at, entry, what });
    }

    fn expect_arrival(&mut self, hospital: usize, after: DateTime<Utc>) {
        let wait = TimeDelta::seconds(self.random.between(1, ARRIVAL_SECONDS_MAX));
        self.enter(after + wait, What::Arrival(hospital));
    }

    fn arrive(&mut self, number: usize, at: DateTime<Utc>) -> AdtEvent {
        self.expect_arrival(number, at);
        let patient = self.draw_patient(number);
        let open = &mut self.hospitals[number];
        open.encounters += 1;
        let encounter_id = format!("E{}{:08}", self.mark, open.encounters);
        let hospital = &open.hospital;
        let (encounter, event) = Encounter::admit(
            (number, &hospital.code, &hospital.departments),
            encounter_id,
            patient,
            at,
            &mut self.random,
        );
        self.proceed_later(Box::new(encounter), at);
        event
    }

    fn draw_patient(&mut self, number: usize) -> Patient {
        let open = &mut self.hospitals[number];
        if self.random.percent(READMISSIONS_PERCENT) && !open.pool.is_empty() {
            return open.pool.swap_remove(self.random.place(open.pool.len()));
        }
        open.patients += 1;
        let patient_id = format!("P{}{:08}", self.mark, open.patients);
        let person = self.people;
        self.people += 1;
        let youngest = self.settings.start.date_naive();
        Patient::new(person, patient_id, youngest, &mut self.random)
    }

    fn proceed(&mut self, mut encounter: Box<Encounter>, at: DateTime<Utc>) -> AdtEvent {
        let open = &mut self.hospitals[encounter.hospital];
        let departments = &open.hospital.departments;
        let (event, ending) = encounter.proceed(departments, at, &mut self.random);
        match ending {
            None => self.proceed_later(encounter, at),
            Some(Ending::Left) if open.pool.len() < POOL_PATIENTS_MAX => {
                open.pool.push(encounter.patient);
            }
            Some(Ending::Left) => {
                let place = self.random.place(open.pool.len());
                open.pool[place] = encounter.patient;
            }
            Some(Ending::Died) => {}
        }
        event
    }

    fn proceed_later(&mut self, encounter: Box<Encounter>, at: DateTime<Utc>) {
        let duration = encounter.draw_duration(&mut self.random);
        self.enter(at + duration, What::Progress(encounter));
    }
}

/// Six characters that tell flows of other seeds and starts apart.
fn mark(settings: Settings) -> String {
    let seed = SplitMix64::new(settings.seed).next();
    let start = settings.start.timestamp().cast_unsigned();
    format!("{:06X}", SplitMix64::new(seed ^ start).next() >> 40)
}

impl Iterator for SmallFlow {
    type Item = AdtEvent;

    fn next(&mut self) -> Option<AdtEvent> {
        self.left = self.left.checked_sub(1)?;
        // The agenda always holds the next arrival of each hospital.
        let due = self.agenda.pop()?;
        Some(match due.what {
            What::Arrival(hospital) => self.arrive(hospital, due.at),
            What::Progress(encounter) => self.proceed(encounter, due.at),
        })
    }
}

/// The heap gives its greatest entry first, which is the earliest here.
impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.entry).cmp(&(self.at, self.entry))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Due {}

#[cfg(test)]
mod tests;
