//! The stays of a flow, each as a whole: what a day's extract is read from.

use std::collections::{BTreeMap, HashMap};

use tokio_util::sync::CancellationToken;

use crate::flow::{Length, Simulation, Step, Tally, What, go_on};
use crate::registry::Registry;
use crate::scenario::ScenarioError;

/// One stay, with its steps in order of time.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) hospital: usize,
    /// Number of the encounter at its hospital.
    pub(super) encounter: u64,
    pub(super) patient: u64,
    pub(super) steps: Vec<Step>,
}

/// All stays of a flow.
#[derive(Debug)]
pub(super) struct Journal {
    /// By hospital, in the order of encounters.
    pub(super) courses: Vec<Vec<Course>>,
    /// When people died, in seconds from the start, by row.
    pub(super) deaths: HashMap<u64, i64>,
    /// When each patient first reached a bed, by hospital, in seconds from the start.
    pub(super) treated: Vec<HashMap<u64, i64>>,
    /// What the flow counted.
    pub(super) tally: Tally,
}

impl Journal {
    /// Simulates so many days.
    pub(super) fn new(
        simulation: &Simulation,
        registry: &Registry<'_>,
        (days, shutdown): (u16, &CancellationToken),
    ) -> Result<Self, ScenarioError> {
        let mut courses: BTreeMap<(u16, u64), Course> = BTreeMap::new();
        let mut deaths = HashMap::new();
        let mut treated = vec![HashMap::new(); registry.hospitals()];
        let mut steps = simulation.flow(registry)?.within(Length::Days(days));
        for step in steps.by_ref() {
            go_on(shutdown)?;
            let hospital = usize::from(step.hospital);
            treated[hospital]
                .entry(step.patient)
                .or_insert(step.at_seconds);
            if step.discharge.is_some_and(|discharge| discharge.died) {
                let row = registry.person(hospital, step.patient).row();
                deaths.insert(row, step.at_seconds);
            }
            let course = courses.entry((step.hospital, step.encounter));
            let course = course.or_insert_with(|| Course {
                hospital,
                encounter: step.encounter,
                patient: step.patient,
                steps: Vec::new(),
            });
            course.steps.push(step);
        }
        let mut by_hospital: Vec<Vec<Course>> = Vec::new();
        by_hospital.resize_with(registry.hospitals(), Vec::new);
        for course in courses.into_values() {
            by_hospital[course.hospital].push(course);
        }
        Ok(Self {
            courses: by_hospital,
            deaths,
            treated,
            tally: *steps.tally(),
        })
    }
}

impl Course {
    /// The first step: the admission.
    pub(super) fn first(&self) -> &Step {
        // Every course is made with a step.
        &self.steps[0]
    }

    /// What had happened before a moment, in order; nothing where the stay began later.
    pub(super) fn before(&self, seconds: i64) -> &[Step] {
        let length = self.steps.partition_point(|step| step.at_seconds < seconds);
        &self.steps[..length]
    }

    /// Whether the stay goes on at some moment of a span.
    pub(super) fn is_open_within(&self, from_seconds: i64, to_seconds: i64) -> bool {
        let ended = self
            .steps
            .last()
            .filter(|step| step.what == What::Discharge);
        self.first().at_seconds < to_seconds
            && ended.is_none_or(|step| step.at_seconds >= from_seconds)
    }

    /// The times in one department after the other, as (arrival, end, step of the arrival), so far as
    /// they had begun before a moment; the last one has no end while it goes on.
    pub(super) fn visits(&self, until_seconds: i64) -> Vec<(i64, Option<i64>, Step)> {
        let mut visits: Vec<(i64, Option<i64>, Step)> = Vec::new();
        for step in self.before(until_seconds) {
            let is_same = visits
                .last()
                .is_some_and(|(_, _, last)| last.place.department == step.place.department);
            match step.what {
                What::Admission | What::Transfer if !is_same => {
                    if let Some(last) = visits.last_mut() {
                        last.1 = Some(step.at_seconds);
                    }
                    visits.push((step.at_seconds, None, *step));
                }
                What::Discharge => {
                    // Nothing is done after the papers are.
                    let discharged = step.discharge.map(|it| it.discharged_seconds);
                    if let Some(last) = visits.last_mut() {
                        last.1 = discharged;
                    }
                }
                _ => {}
            }
        }
        visits
    }
}
