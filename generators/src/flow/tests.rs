//! What holds of a flow, seen from outside: by its steps alone.

mod incident;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use chrono::{Datelike, Timelike};
use domain::network::{DepartmentKind, JOHANNESBURG};

use super::step::Place;
use super::*;
use crate::calendar::DAY_SECONDS;
use crate::population::Population;

const NINE_DAYS: i64 = 9 * DAY_SECONDS;

/// A network with the patients of the quick scale.
struct World {
    network: Network,
    population: Population,
    patients: u64,
}

impl World {
    fn new(seed: u64, network: Network, (people, patients): (u64, u64)) -> Self {
        let start = "2026-03-02".parse().unwrap();
        Self {
            network,
            population: Population::new(seed, start, people).unwrap(),
            patients,
        }
    }

    fn quick(seed: u64) -> Self {
        let network = Network::parse(JOHANNESBURG).unwrap();
        Self::new(seed, network, (100_000, 40_000))
    }

    fn registry(&self) -> Registry<'_> {
        Registry::new(&self.population, &self.network, self.patients).unwrap()
    }

    fn plain<'r>(&self, registry: &'r Registry<'r>) -> Result<Flow<'r>, NoFlow> {
        Flow::new(registry, &self.network, (false, &Incidents::default()))
    }

    /// The steps of some days, and what was counted.
    fn steps(&self, days: i64, with_surge: bool) -> (Vec<Step>, Tally) {
        self.steps_with(days, (with_surge, &Incidents::default()))
    }

    /// The same with the incidents of a scenario file.
    fn steps_of(&self, days: i64, scenario: &str) -> (Vec<Step>, Tally) {
        let incidents = Incidents::parse(scenario, &self.network).unwrap();
        self.steps_with(days, (false, &incidents))
    }

    fn steps_with(&self, days: i64, what: (bool, &Incidents)) -> (Vec<Step>, Tally) {
        let registry = self.registry();
        let mut flow = Flow::new(&registry, &self.network, what).unwrap();
        let until = days * DAY_SECONDS;
        let steps = flow.by_ref().take_while(|it| it.recorded_seconds < until);
        (steps.collect(), *flow.tally())
    }
}

/// Nine days of the default network.
fn nine_days() -> &'static (World, Vec<Step>, Tally) {
    static STEPS: LazyLock<(World, Vec<Step>, Tally)> = LazyLock::new(|| {
        let world = World::quick(42);
        let (steps, tally) = world.steps(9, false);
        (world, steps, tally)
    });
    &STEPS
}

fn transfers_by_window(steps: &[Step], window_seconds: i64, until: i64) -> Vec<u32> {
    let windows = usize::try_from(until / window_seconds).unwrap();
    let mut transfers = vec![0; windows];
    for step in steps
        .iter()
        .filter(|it| it.what == What::Transfer && it.at_seconds >= 0)
    {
        transfers[usize::try_from(step.at_seconds / window_seconds).unwrap()] += 1;
    }
    transfers
}

#[test]
fn every_three_minutes_bring_three_transfers() {
    let (_, steps, tally) = nine_days();
    let transfers = transfers_by_window(steps, 180, NINE_DAYS);
    let mean = f64::from(transfers.iter().sum::<u32>()) / 4320.0;
    println!(
        "transfers in a window: at least {}, {mean:.2} on average; {tally:?}",
        transfers.iter().min().unwrap()
    );
    assert!(transfers.iter().all(|count| *count >= 3));
    assert_eq!(tally.windows_missed, 0);
}

#[test]
fn other_seeds_and_a_surge_keep_the_quota_too() {
    for (seed, with_surge) in [(1, false), (2, false), (3, true)] {
        let (steps, tally) = World::quick(seed).steps(9, with_surge);
        let transfers = transfers_by_window(&steps, 180, NINE_DAYS);
        assert!(transfers.iter().all(|count| *count >= 3), "seed {seed}");
        assert_eq!(tally.windows_missed, 0, "seed {seed}");
    }
}

/// Follows every patient from bed to bed, by what the steps say.
#[derive(Default)]
struct Follower {
    /// Who is in each bed: (hospital, encounter).
    beds: HashMap<(u16, Place), (u16, u64)>,
    /// Where each encounter is, with its last step.
    encounters: HashMap<(u16, u64), Step>,
    /// People in hospital, by row.
    people: HashSet<u64>,
    dead: HashSet<u64>,
}

impl Follower {
    fn follow(&mut self, step: &Step, row: u64) {
        let encounter = (step.hospital, step.encounter);
        let bed = (step.hospital, step.place);
        let last = self.encounters.get(&encounter).copied();
        assert_eq!(
            step.sequence,
            last.map_or(1, |last| last.sequence + 1),
            "{step:?}"
        );
        if let Some(last) = last {
            assert!(last.at_seconds <= step.at_seconds);
            assert_eq!(
                (last.patient, last.admission),
                (step.patient, step.admission)
            );
        }
        match step.what {
            What::Admission => {
                assert!(step.admission.admitted_seconds <= step.at_seconds);
                assert_eq!(step.admission.first_bed_seconds, step.at_seconds);
                assert!(self.people.insert(row), "in two beds: {step:?}");
                assert!(!self.dead.contains(&row), "dead: {step:?}");
                assert_eq!(self.beds.insert(bed, encounter), None, "taken: {step:?}");
            }
            What::Transfer => {
                assert_eq!(step.prior, last.map(|last| last.place));
                assert_ne!(step.prior, Some(step.place));
                self.leave(step, encounter);
                assert_eq!(self.beds.insert(bed, encounter), None, "taken: {step:?}");
            }
            What::Update => assert_eq!(self.beds.get(&bed), Some(&encounter)),
            What::Discharge => {
                assert_eq!(step.prior, Some(step.place));
                self.leave(step, encounter);
                let discharge = step.discharge.unwrap();
                assert!(discharge.discharged_seconds <= step.at_seconds);
                assert!(discharge.discharged_seconds >= step.admission.admitted_seconds);
                assert!(self.people.remove(&row));
                if discharge.died {
                    self.dead.insert(row);
                }
                self.encounters.remove(&encounter);
                return;
            }
        }
        self.encounters.insert(encounter, *step);
    }

    fn leave(&mut self, step: &Step, encounter: (u16, u64)) {
        let left = (step.hospital, step.prior.unwrap());
        assert_eq!(self.beds.remove(&left), Some(encounter), "{step:?}");
    }
}

#[test]
fn a_bed_holds_one_patient_and_nobody_is_in_two() {
    let (world, steps, _) = nine_days();
    let registry = world.registry();
    let mut follower = Follower::default();
    let mut last = i64::MIN;
    for step in steps {
        assert!(step.recorded_seconds >= last, "out of order: {step:?}");
        last = step.recorded_seconds;
        assert_eq!(step.recorded_seconds, step.at_seconds.max(0));
        let row = registry
            .person(usize::from(step.hospital), step.patient)
            .row();
        follower.follow(step, row);
        let department = &world.network.hospitals[usize::from(step.hospital)].departments
            [usize::from(step.place.department)];
        let ward = &department.wards[usize::from(step.place.bed.ward)];
        assert!(step.place.bed.number < ward.beds);
    }
    assert!(follower.dead.len() > 50);
}

#[test]
fn patients_are_where_they_belong() {
    let (world, steps, _) = nine_days();
    let registry = world.registry();
    for step in steps.iter().filter(|it| it.what != What::Discharge) {
        let hospital = usize::from(step.hospital);
        let person = registry.person(hospital, step.patient);
        let department =
            &world.network.hospitals[hospital].departments[usize::from(step.place.department)];
        let age = person.age_years(registry.calendar().date(hospital, step.at_seconds));
        match department.kind {
            // A child may turn 14 in a bed.
            DepartmentKind::Paediatrics => assert!((0..=14).contains(&age), "{step:?}"),
            DepartmentKind::Maternity => {
                assert!(person.is_female() && (15..=46).contains(&age), "{step:?}");
            }
            DepartmentKind::Medicine | DepartmentKind::Oncology => assert!(age >= 14),
            _ => assert!(age >= 0),
        }
    }
}

/// The network is as full at the start as it stays, and never fuller than its beds.
#[test]
fn wards_are_full_but_not_over_full() {
    let (world, steps, tally) = nine_days();
    let mut inside = 0_i64;
    let mut by_day = Vec::new();
    for step in steps {
        while step.recorded_seconds >= i64::try_from(by_day.len()).unwrap() * DAY_SECONDS
            && step.at_seconds >= 0
        {
            by_day.push(inside);
        }
        inside += match step.what {
            What::Admission => 1,
            What::Discharge => -1,
            What::Transfer | What::Update => 0,
        };
    }
    let wards = world
        .network
        .hospitals
        .iter()
        .flat_map(|it| &it.departments);
    let beds: i64 = wards
        .flat_map(|it| &it.wards)
        .map(|it| i64::from(it.beds))
        .sum();
    println!("{beds} beds; in them at midnight {by_day:?}");
    for count in by_day {
        assert!(
            (beds * 60 / 100..beds * 92 / 100).contains(&count),
            "{count}"
        );
    }
    // Of a hundred who come fewer than five find no bed where they came first.
    assert!(
        (tally.diverted + tally.turned_away) * 20 < tally.arrivals,
        "{tally:?}"
    );
}

#[test]
fn a_flow_is_the_same_again_and_from_any_moment_on() {
    let (world, steps, _) = nine_days();
    let registry = world.registry();
    let mut flow = world.plain(&registry).unwrap();
    assert!(flow.by_ref().take(1_000).eq(steps[..1_000].iter().copied()));
    for seconds in [1, 3 * DAY_SECONDS + 12_345, 8 * DAY_SECONDS] {
        let mut later = world.plain(&registry).unwrap();
        later.skip_to(seconds);
        let first = usize::try_from(later.ordinal()).unwrap();
        assert!(
            steps[..first]
                .iter()
                .all(|it| it.recorded_seconds < seconds)
        );
        assert!(later.take(500).eq(steps[first..].iter().take(500).copied()));
        assert!(steps[first].recorded_seconds >= seconds);
    }
    let (others, _) = World::quick(43).steps(1, false);
    assert_ne!(others[..1_000], steps[..1_000]);
}

/// Chi-square of counts against expected ones; with `degrees` of freedom it stays below the critical
/// value 999 times in 1,000 (Wilson and Hilferty's approximation).
fn chi_square(counts: &[f64], expected: &[f64]) -> (f64, f64) {
    let pairs = counts.iter().zip(expected);
    let found = pairs
        .map(|(count, expected)| (count - expected).powi(2) / expected)
        .sum();
    let degrees = f64::from(u32::try_from(counts.len()).unwrap() - 1);
    let spread = 2.0 / (9.0 * degrees);
    (
        found,
        degrees * (1.0 - spread + 3.090 * spread.sqrt()).powi(3),
    )
}

/// When patients of a profile came, by hour and by weekday, over four weeks.
#[test]
fn arrivals_follow_their_profile() {
    let mut network = Network::parse(JOHANNESBURG).unwrap();
    network.hospitals.truncate(2);
    let world = World::new(5, network, (60_000, 12_000));
    let (steps, _) = world.steps(28, false);
    let registry = world.registry();
    let flow = world.network.flow.as_ref().unwrap();
    let profile = &flow.profiles["emergency"];
    let (mut hours, mut weekdays) = ([0.0; 24], [0.0; 7]);
    for step in &steps {
        let department = &world.network.hospitals[usize::from(step.hospital)].departments
            [usize::from(step.place.department)];
        let is_arrival = step.what == What::Admission && step.admission.admitted_seconds >= 0;
        if !is_arrival || department.kind != DepartmentKind::Emergency {
            continue;
        }
        let at_seconds = step.admission.admitted_seconds;
        let local = registry.calendar().local(step.hospital.into(), at_seconds);
        hours[local.hour() as usize] += 1.0;
        weekdays[local.weekday().num_days_from_monday() as usize] += 1.0;
    }
    let arrivals: f64 = hours.iter().sum();
    for (name, counts, shares) in [
        ("hour", &hours[..], &profile.hours[..]),
        ("weekday", &weekdays[..], &profile.weekdays[..]),
    ] {
        let total: f64 = shares.iter().sum();
        let expected: Vec<f64> = shares.iter().map(|it| arrivals * it / total).collect();
        let (found, critical) = chi_square(counts, &expected);
        println!("{arrivals} arrivals by {name}: chi-square {found:.1} (critical {critical:.1})");
        assert!(found < critical, "{name}: {found}");
    }
    // 2 x 190 a day are expected over 28 days; five standard deviations are 516.
    assert!((arrivals - 10_640.0).abs() < 516.0, "{arrivals}");
}

/// As many more come as the factors say. There is not a bed for all of them: others are turned away.
#[test]
fn a_surge_multiplies_arrivals() {
    let world = World::quick(42);
    let flow = world.network.flow.as_ref().unwrap();
    let factors = &flow.surge.as_ref().unwrap().factors;
    let (plain, tally) = world.steps(9, false);
    let (_, surge) = world.steps(9, true);
    let of_profile = plain.iter().filter(|it| {
        let is_arrival = it.what == What::Admission && it.admission.admitted_seconds >= 0;
        is_arrival && it.admission.kind == "Emergency"
    });
    let count = |number: u64| f64::from(u32::try_from(number).unwrap());
    let found = count(surge.arrivals - tally.arrivals) / count(of_profile.count() as u64);
    let days = f64::from(u32::try_from(factors.len()).unwrap());
    let expected = factors.iter().sum::<f64>() / days - 1.0;
    println!("{found:.3} more came for each ({expected:.3} expected): {tally:?}, {surge:?}");
    // Weekdays differ, and so do days of the wave.
    assert!((found - expected).abs() < 0.1);
    assert!(surge.diverted + surge.turned_away > 10 * (tally.diverted + tally.turned_away));
}

#[test]
fn a_network_to_which_nobody_comes_is_refused() {
    let mut world = World::quick(1);
    let hospitals = &mut world.network.hospitals;
    for department in hospitals.iter_mut().flat_map(|it| &mut it.departments) {
        department.arrivals_per_day = 0.0;
    }
    let registry = world.registry();
    assert!(world.plain(&registry).is_err());
}

/// Five patients among seven hospitals: the flow goes on while there is somebody, and ends.
#[test]
fn hospitals_without_patients_and_a_network_that_dies_out_come_to_an_end() {
    let mut network = Network::parse(crate::trial::network_toml().as_str()).unwrap();
    let rules = network.flow.as_mut().unwrap();
    for kind in rules.kinds.values_mut() {
        kind.next = [(domain::network::Next::Died, 100.0)].into();
    }
    let world = World::new(3, network, (500, 5));
    let registry = world.registry();
    let flow = world.plain(&registry).unwrap();
    assert!(flow.count() < 50);

    let network = Network::parse(JOHANNESBURG).unwrap();
    let world = World::new(3, network, (500, 5));
    let _ = world.steps(2, false);
}

/// Two departments of one bed, whose patients wait for each other's.
#[test]
fn a_house_does_not_lock_up() {
    let mut network = Network::parse(crate::trial::network_toml().as_str()).unwrap();
    for department in &mut network.hospitals[0].departments {
        if department.kind != DepartmentKind::Emergency {
            department.wards.truncate(1);
            department.wards[0].beds = 1;
        }
    }
    let world = World::new(3, network, (20_000, 2_000));
    let (steps, _) = world.steps(120, false);
    for department in &world.network.hospitals[0].departments {
        let last = steps.iter().rfind(|step| {
            let place = usize::from(step.place.department);
            world.network.hospitals[0].departments[place].kind == department.kind
        });
        // Stays of a month are rare.
        assert!(
            last.unwrap().at_seconds > 60 * DAY_SECONDS,
            "{}",
            department.code
        );
    }
}

#[test]
fn a_network_without_a_flow_is_refused_with_the_remedy() {
    let mut world = World::quick(1);
    world.network.flow = None;
    let registry = world.registry();
    let error = world.plain(&registry).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("has no [flow], or nobody arrives")
    );
}
