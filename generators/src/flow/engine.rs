//! The simulation: one happening after the other, over simulated time.

mod door;
mod quota;
mod stay;

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use domain::network::{DepartmentKind, Network, Surge};

use super::agenda::{Agenda, Happening, Visit};
use super::arrival::Arrivals;
use super::bed_manager::BedManagers;
use super::encounter::Encounter;
use super::hospital::Hospital;
use super::pathway::Pathways;
use super::patients::Patients;
use super::step::{Discharge, Place, Step, What};
use super::tally::Tally;
use crate::calendar::Calendar;
use crate::float::floor;
use crate::incident::{Closure, Incidents};
use crate::random::{Purpose, SplitMix64};
use crate::registry::Registry;

/// How the network works.
#[derive(Debug, Clone, Copy)]
struct Rules {
    window_seconds: i64,
    transfers_per_window_min: u8,
    turnaround_seconds: i64,
    diversion_seconds: i64,
}

/// The state of the network at a moment.
#[derive(Debug)]
pub(super) struct Engine<'r> {
    registry: &'r Registry<'r>,
    rules: Rules,
    hospitals: Vec<Hospital>,
    arrivals: Vec<Arrivals<'r>>,
    pathways: Pathways<'r>,
    patients: Patients<'r>,
    agenda: Agenda,
    managers: BedManagers,
    encounters: HashMap<u64, Encounter>,
    keys: u64,
    random: SplitMix64,
    /// What has happened and was not taken yet.
    steps: VecDeque<Step>,
    tally: Tally,
    closures: Vec<Closure>,
}

impl<'r> Engine<'r> {
    /// An empty network, at the beginning of its warm-up; `None` where the network has no flow, or
    /// nobody arrives.
    pub(super) fn new(
        registry: &'r Registry<'r>,
        network: &Network,
        (with_surge, incidents): (bool, &Incidents),
    ) -> Option<Self> {
        let flow = network.flow.as_ref()?;
        let (seed, calendar) = (registry.population().seed(), registry.calendar());
        let warm_up_seconds = i64::from(flow.warm_up_days) * 24 * 3600;
        let surge = flow.surge.as_ref().filter(|_| with_surge);
        let mut arrivals = arrivals(seed, network, calendar, surge);
        if arrivals.is_empty() {
            return None;
        }
        let besides = arrivals_besides(&arrivals, seed, network, (calendar, incidents));
        arrivals.extend(besides);
        let mut engine = Self {
            registry,
            rules: Rules {
                window_seconds: i64::from(flow.window_minutes) * 60,
                transfers_per_window_min: flow.transfers_per_window_min,
                turnaround_seconds: i64::from(flow.bed_turnaround_minutes) * 60,
                diversion_seconds: i64::from(flow.diversion_hours) * 3600,
            },
            hospitals: network.hospitals.iter().map(Hospital::new).collect(),
            arrivals,
            pathways: Pathways::new(flow, calendar),
            patients: Patients::new(registry),
            agenda: Agenda::default(),
            managers: BedManagers::default(),
            encounters: HashMap::new(),
            keys: 0,
            random: SplitMix64::of(seed, Purpose::Flow, 0),
            steps: VecDeque::new(),
            tally: Tally::default(),
            closures: incidents.closures.clone(),
        };
        engine.agenda.enter(-warm_up_seconds, Happening::Window);
        for stream in 0..engine.arrivals.len() {
            engine.expect_arrival(stream, -warm_up_seconds);
        }
        engine.expect_closures(-warm_up_seconds, calendar);
        Some(engine)
    }

    /// When something happens next, in seconds from the start.
    pub(super) fn next_seconds(&self) -> i64 {
        // There is always the next window.
        self.agenda.next_seconds().unwrap_or(i64::MAX)
    }

    /// The oldest of what has happened and was not taken yet.
    pub(super) fn first_step(&self) -> Option<Step> {
        self.steps.front().copied()
    }

    /// Takes it.
    pub(super) fn take_step(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    /// What happened before the start to those who are still in a bed, in order of time.
    pub(super) fn tell_untold(&mut self) {
        let mut untold: Vec<Step> = Vec::new();
        for encounter in self.encounters.values_mut() {
            untold.append(&mut encounter.untold);
        }
        untold.sort_by_key(|it| (it.at_seconds, it.hospital, it.encounter, it.sequence));
        self.steps.extend(untold);
    }

    /// Who is expected from outside.
    pub(super) fn arrivals(&self) -> &[Arrivals<'r>] {
        &self.arrivals
    }

    /// How many patients are expected on so many days, and as many as there are beds.
    pub(super) fn expected_stays(&self, days: u16) -> u64 {
        let of_day = |day| -> f64 { self.arrivals.iter().map(|it| it.expected_on(day)).sum() };
        let arrivals: f64 = (0..days).map(of_day).sum();
        let hospitals = self.hospitals.iter().flat_map(|it| &it.departments);
        let beds: usize = hospitals.map(|it| it.beds.count()).sum();
        floor(arrivals) + beds as u64
    }

    /// What was counted since the start.
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Lets the next thing happen.
    pub(super) fn advance(&mut self) {
        let Some((at, happening)) = self.agenda.next() else {
            return;
        };
        match happening {
            Happening::Window => self.begin_window(at),
            Happening::Quota(transfers) => self.keep_quota(at, transfers),
            Happening::Arrival(stream) => self.arrive(at, stream),
            Happening::Door(caller) => self.knock(at, caller),
            Happening::Diversion(caller) => self.divert(at, caller),
            Happening::StayEnds(visit) => self.end_stay(at, visit),
            Happening::MoveDue(visit) => self.move_is_due(at, visit),
            Happening::HoldEnds(number) => self.end_hold(at, number),
            Happening::WaitEnds(visit) => self.end_wait(at, visit),
            Happening::BedReady {
                hospital,
                department,
                bed,
            } => {
                self.hospitals[hospital].departments[department]
                    .beds
                    .ready(bed);
                self.fill(at, hospital, department);
            }
            Happening::Change(key) => self.change(at, key),
            Happening::WardCloses(number) => self.close_ward(number),
            Happening::WardOpens(number) => self.open_ward(at, number),
        }
    }

    /// Enters when wards close and open, those at once that are closed already.
    fn expect_closures(&mut self, first_seconds: i64, calendar: &Calendar) {
        for (number, closure) in self.closures.iter().enumerate() {
            let Range { start, end } = closure.period.at(closure.hospital, calendar);
            if end > first_seconds {
                let start = start.max(first_seconds);
                self.agenda.enter(start, Happening::WardCloses(number));
                self.agenda.enter(end, Happening::WardOpens(number));
            }
        }
    }

    fn close_ward(&mut self, number: usize) {
        let Closure {
            hospital,
            department,
            ward,
            ..
        } = self.closures[number];
        self.hospitals[hospital].departments[department]
            .beds
            .close(ward);
    }

    fn open_ward(&mut self, at: i64, number: usize) {
        let Closure {
            hospital,
            department,
            ward,
            ..
        } = self.closures[number];
        self.hospitals[hospital].departments[department]
            .beds
            .open(ward);
        self.fill(at, hospital, department);
    }

    fn tell(
        &mut self,
        at: i64,
        key: u64,
        what: What,
        prior: Option<Place>,
        discharge: Option<Discharge>,
    ) {
        let Some(encounter) = self.encounters.get_mut(&key) else {
            return;
        };
        let step = encounter.step(at, what, prior, discharge);
        if at < 0 {
            encounter.untold.push(step);
        } else {
            self.steps.push_back(step);
        }
    }

    /// The encounter of a visit that still lasts.
    fn present(&self, visit: Visit) -> Option<&Encounter> {
        let encounter = self.encounters.get(&visit.encounter)?;
        (encounter.visit == visit.number).then_some(encounter)
    }

    fn kind(&self, hospital: usize, department: usize) -> DepartmentKind {
        self.hospitals[hospital].departments[department].kind
    }
}

fn arrivals<'r>(
    seed: u64,
    network: &Network,
    calendar: &'r Calendar,
    surge: Option<&Surge>,
) -> Vec<Arrivals<'r>> {
    let mut arrivals = Vec::new();
    let Some(flow) = &network.flow else {
        return arrivals;
    };
    for (place, hospital) in network.hospitals.iter().enumerate() {
        for (number, department) in hospital.departments.iter().enumerate() {
            let Some(kind) = flow.kinds.get(&department.kind) else {
                continue;
            };
            arrivals.extend(Arrivals::new(
                seed,
                (place, number),
                calendar,
                (flow, &kind.profile, department.arrivals_per_day),
                surge,
            ));
        }
    }
    arrivals
}

/// Those who come besides in surges of a scenario file.
fn arrivals_besides<'r>(
    arrivals: &[Arrivals<'r>],
    seed: u64,
    network: &Network,
    (calendar, incidents): (&'r Calendar, &Incidents),
) -> Vec<Arrivals<'r>> {
    let kind = |it: &Arrivals<'_>| network.hospitals[it.hospital].departments[it.department].kind;
    let mut besides = Vec::new();
    for (number, surge) in incidents.surges.iter().enumerate() {
        let of_kind = arrivals
            .iter()
            .filter(|it| surge.kind.is_none_or(|wanted| wanted == kind(it)));
        besides.extend(of_kind.filter_map(|it| it.besides(seed, calendar, (number, surge))));
    }
    besides
}
