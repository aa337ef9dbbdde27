//! What the pictures show is what a plain recount of people and steps finds.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use chrono::{Datelike as _, TimeDelta, Timelike as _};
use domain::age::full_years;
use domain::network::{DepartmentKind, Network};

use super::*;
use crate::calendar::DAY_SECONDS;
use crate::flow::{Step, What};
use crate::scale::Scale;
use crate::scenario::Scenario;

const DAYS: u16 = 9;

/// Nine days of the default network, and what its pictures show.
struct World {
    simulation: Simulation,
    steps: Vec<Step>,
    scene: Scene,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let start = "2026-03-02".parse().unwrap();
    let scenario = Scenario::new(42, start, Scale::Quick, None).unwrap();
    let simulation = Simulation::new(scenario).unwrap();
    let registry = simulation.registry().unwrap();
    let flow = simulation.flow(&registry).unwrap();
    let steps = flow.within(Length::Days(COUNTED_DAYS_MIN + 1)).collect();
    World {
        scene: Scene::new(&simulation, DAYS, &CancellationToken::new()).unwrap(),
        steps,
        simulation,
    }
});

impl World {
    fn network(&self) -> &Network {
        &self.simulation.scenario().network
    }

    fn kind(&self, step: &Step, department: u16) -> DepartmentKind {
        let hospital = &self.network().hospitals[usize::from(step.hospital)];
        hospital.departments[usize::from(department)].kind
    }
}

fn float(number: usize) -> f64 {
    crate::float::float(number as u64)
}

#[test]
fn everybody_is_in_the_pyramid_once() {
    let registry = WORLD.simulation.registry().unwrap();
    let population = registry.population();
    let mut counts: BTreeMap<(i32, bool), u64> = BTreeMap::new();
    for row in 0..population.count() {
        let person = population.person(row);
        let age = full_years(person.born_on(), population.start());
        let group = (age / 5 * 5).min(100);
        *counts.entry((group, person.is_female())).or_default() += 1;
    }
    let pyramid = &WORLD.scene.age_pyramid;
    for group in &pyramid.groups {
        let from = i32::try_from(*group.ages.start()).unwrap();
        let counted = [true, false].map(|sex| counts.remove(&(from, sex)).unwrap_or(0));
        assert_eq!(group.people, counted, "{from}");
    }
    assert!(counts.is_empty());
    let expected: f64 = pyramid.groups.iter().flat_map(|it| it.expected).sum();
    assert!((expected - 100_000.0).abs() < 1e-6, "{expected}");
}

#[test]
fn arrivals_are_the_admissions_of_the_days() {
    let zone = WORLD.network().hospitals[0].time_zone;
    let start = zone.start_of(WORLD.simulation.scenario().start);
    let (mut hours, mut weekdays, mut all) = ([0_u64; 24], [0_u64; 7], 0);
    for step in WORLD.steps.iter().filter(|it| it.what == What::Admission) {
        let at_seconds = step.admission.admitted_seconds;
        if (0..28 * DAY_SECONDS).contains(&at_seconds) {
            let local = zone.local(start + TimeDelta::seconds(at_seconds));
            hours[local.hour() as usize] += 1;
            weekdays[local.weekday().num_days_from_monday() as usize] += 1;
            all += 1;
        }
    }
    let profiles = &WORLD.scene.arrivals.profiles;
    for (hour, count) in hours.iter().enumerate() {
        let shown: u64 = profiles.iter().map(|it| it.hours.came[hour]).sum();
        assert_eq!(shown, *count, "hour {hour}");
    }
    for (weekday, count) in weekdays.iter().enumerate() {
        let shown: u64 = profiles.iter().map(|it| it.weekdays.came[weekday]).sum();
        assert_eq!(shown, *count, "weekday {weekday}");
    }
    assert!(all > 10_000);
}

#[test]
fn as_many_are_expected_as_the_network_file_says() {
    let departments = WORLD.network().hospitals.iter();
    let departments = departments.flat_map(|it| &it.departments);
    // Four whole weeks, in which all weekdays are alike often.
    let said: f64 = departments.map(|it| 28.0 * it.arrivals_per_day).sum();
    let profiles = WORLD.scene.arrivals.profiles.iter();
    let (mut by_hour, mut by_weekday) = (0.0, 0.0);
    for profile in profiles {
        by_hour += profile.hours.expected.iter().sum::<f64>();
        by_weekday += profile.weekdays.expected.iter().sum::<f64>();
    }
    assert!((by_hour - said).abs() < 1e-6, "{by_hour}, not {said}");
    assert!((by_weekday - said).abs() < 1e-6, "{by_weekday}, not {said}");
}

#[test]
fn no_more_patients_are_in_beds_than_there_are_beds() {
    let occupancy = &WORLD.scene.occupancy;
    assert_eq!(occupancy.kinds.len(), 9);
    for kind in &occupancy.kinds {
        assert_eq!(kind.patients.len(), usize::from(DAYS) * 24 + 1);
        let most = kind.percents().into_iter().fold(0.0, f64::max);
        assert!(most > 0.0 && most <= 100.0, "{:?}: {most}", kind.kind);
    }
}

#[test]
fn occupancy_is_what_a_recount_of_steps_finds() {
    for hour in [0, 1, 17, 100, 216] {
        // The last known department of each encounter, for those who have not left.
        let mut places: HashMap<(u16, u64), DepartmentKind> = HashMap::new();
        for step in WORLD.steps.iter().filter(|it| it.at_seconds <= hour * 3600) {
            let encounter = (step.hospital, step.encounter);
            if step.what == What::Discharge {
                places.remove(&encounter);
            } else {
                places.insert(encounter, WORLD.kind(step, step.place.department));
            }
        }
        for kind in &WORLD.scene.occupancy.kinds {
            let present = places.values().filter(|it| **it == kind.kind).count();
            let shown = kind.patients[usize::try_from(hour).unwrap()];
            assert_eq!(shown, present as u64, "{:?} at hour {hour}", kind.kind);
        }
    }
}

#[test]
fn lengths_of_stay_are_the_times_between_departments() {
    let mut courses: BTreeMap<(u16, u64), Vec<&Step>> = BTreeMap::new();
    for step in WORLD.steps.iter().filter(|it| it.what != What::Update) {
        let encounter = (step.hospital, step.encounter);
        courses.entry(encounter).or_default().push(step);
    }
    let mut hours: BTreeMap<DepartmentKind, Vec<f64>> = BTreeMap::new();
    for steps in courses.values() {
        let visits = steps.chunk_by(|one, next| {
            next.what != What::Discharge && one.place.department == next.place.department
        });
        let visits: Vec<&[&Step]> = visits.collect();
        for pair in visits.windows(2) {
            let (begin, end) = (pair[0][0], pair[1][0]);
            if (0..28 * DAY_SECONDS).contains(&end.at_seconds) {
                let seconds = usize::try_from(end.at_seconds - begin.at_seconds).unwrap();
                let kind = WORLD.kind(begin, begin.place.department);
                hours.entry(kind).or_default().push(float(seconds) / 3600.0);
            }
        }
    }
    for kind in &WORLD.scene.lengths_of_stay.kinds {
        let mut counted = hours.remove(&kind.kind).unwrap();
        let mut shown = kind.hours.clone();
        counted.sort_by(f64::total_cmp);
        shown.sort_by(f64::total_cmp);
        assert_eq!(shown, counted, "{:?}", kind.kind);
        let bars: f64 = kind.bins().iter().map(|(_, percent)| percent).sum();
        assert!((bars - 100.0).abs() < 1e-6, "{:?}: {bars}", kind.kind);
    }
    assert!(hours.is_empty());
}

#[test]
fn days_and_kinds_are_told_as_people_write_them() {
    assert_eq!(label::kind(DepartmentKind::IntensiveCare), "Intensive care");
    let scenario = WORLD.simulation.scenario();
    let period = Period::of(scenario, DAYS);
    assert_eq!(period.tell(), "2 March to 10 March 2026");
    assert_eq!(Period::of(scenario, 1).tell(), "2 March 2026");
}
