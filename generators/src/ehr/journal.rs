//! The stays of a flow, each as a whole: what the extracts of some days are read from.

use std::collections::{BTreeMap, HashMap};

use tokio_util::sync::CancellationToken;

use crate::flow::{Length, Simulation, Step, Steps, Tally, What, go_on};
use crate::registry::Registry;
use crate::scenario::ScenarioError;

/// How many lines an encounter has had, by file: they are numbered on from day to day.
pub(super) type LineCounts = [u64; 4];

/// One stay, with its steps in order of time.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) hospital: usize,
    /// Number of the encounter at its hospital.
    pub(super) encounter: u64,
    pub(super) patient: u64,
    pub(super) steps: Vec<Step>,
    pub(super) counts: LineCounts,
}

/// What has become known of a flow. Stays that are over are forgotten; of each patient who was treated
/// two numbers remain.
#[derive(Debug)]
pub(super) struct Journal<'r> {
    registry: &'r Registry<'r>,
    steps: Steps<'r>,
    /// The first step that is not known yet.
    next: Option<Step>,
    /// By hospital and encounter.
    courses: Vec<BTreeMap<u64, Course>>,
    /// When people died, in seconds from the start, by row.
    pub(super) deaths: HashMap<u64, i64>,
    /// When each patient first reached a bed, by hospital, in seconds from the start.
    pub(super) treated: Vec<HashMap<u64, i64>>,
}

impl<'r> Journal<'r> {
    /// The journal of so many days, in which nothing is known yet.
    pub(super) fn new(
        simulation: &Simulation,
        registry: &'r Registry<'r>,
        days: u16,
    ) -> Result<Self, ScenarioError> {
        let mut courses = Vec::new();
        courses.resize_with(registry.hospitals(), BTreeMap::new);
        Ok(Self {
            registry,
            steps: simulation.flow(registry)?.within(Length::Days(days)),
            next: None,
            courses,
            deaths: HashMap::new(),
            treated: vec![HashMap::new(); registry.hospitals()],
        })
    }

    /// Simulates what is entered before a moment.
    pub(super) fn learn_until(
        &mut self,
        seconds: i64,
        shutdown: &CancellationToken,
    ) -> Result<(), ScenarioError> {
        while let Some(step) = self.next.take().or_else(|| self.steps.next()) {
            if step.recorded_seconds >= seconds {
                self.next = Some(step);
                break;
            }
            go_on(shutdown)?;
            self.learn(step);
        }
        Ok(())
    }

    fn learn(&mut self, step: Step) {
        let hospital = usize::from(step.hospital);
        self.treated[hospital]
            .entry(step.patient)
            .or_insert(step.at_seconds);
        if step.discharge.is_some_and(|discharge| discharge.died) {
            let row = self.registry.person(hospital, step.patient).row();
            self.deaths.insert(row, step.at_seconds);
        }
        let course = self.courses[hospital].entry(step.encounter);
        let course = course.or_insert_with(|| Course {
            hospital,
            encounter: step.encounter,
            patient: step.patient,
            steps: Vec::new(),
            counts: LineCounts::default(),
        });
        course.steps.push(step);
    }

    /// Forgets the stays of a hospital that ended before a moment.
    pub(super) fn forget_before(&mut self, hospital: usize, seconds: i64) {
        self.courses[hospital].retain(|_, course| course.is_open_within(seconds, i64::MAX));
    }

    /// The stays of a hospital, in the order of encounters.
    pub(super) fn courses(&mut self, hospital: usize) -> impl Iterator<Item = &mut Course> {
        self.courses[hospital].values_mut()
    }

    /// How many patients are expected in all, with those who may be in a bed at the start.
    pub(super) fn expected_stays(&self, days: u16) -> u64 {
        self.steps.expected_stays(days)
    }

    /// What the flow has counted so far.
    pub(super) fn tally(&self) -> &Tally {
        self.steps.tally()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::DAY_SECONDS;
    use crate::scale::Scale;
    use crate::scenario::Scenario;
    use crate::trial;

    #[test]
    fn stays_that_are_over_are_forgotten() {
        let start = "2026-03-02".parse().unwrap();
        let network = trial::network_toml();
        let scenario = Scenario::new(42, start, Scale::Quick, Some(&network)).unwrap();
        let simulation = Simulation::new(scenario).unwrap();
        let registry = simulation.registry().unwrap();
        let mut journal = Journal::new(&simulation, &registry, 200).unwrap();
        let mut stays = 0;
        for day in 1..=200 {
            let ends = day * DAY_SECONDS;
            journal
                .learn_until(ends, &CancellationToken::new())
                .unwrap();
            let is_known =
                |it: &mut Course| it.steps.iter().all(|step| step.recorded_seconds < ends);
            assert!(journal.courses(0).all(is_known));
            let new = |it: &&mut Course| it.first().recorded_seconds >= ends - DAY_SECONDS;
            stays += journal.courses(0).filter(new).count();
            journal.forget_before(0, ends);
            // It has 44 beds.
            assert!(journal.courses(0).count() <= 44);
        }
        let expected = journal.expected_stays(200);
        println!("{stays} stays, {expected} expected");
        assert!(stays > 4_000 && (stays as u64) < expected);
        // The rest finds no bed.
        assert!((stays as u64) * 5 > expected * 4);
    }
}
