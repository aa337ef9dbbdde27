//! What `docs/files.md` says of staff, for the default network and for any other.

mod file;
mod invariant;
mod small_network;

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::network::{BIDMC, JOHANNESBURG, Network};

use super::*;
use crate::scale::Scale;

const START: &str = "2026-03-02";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn people(seed: u64, count: u64) -> Population {
    Population::new(seed, day(START), count).unwrap()
}

fn johannesburg() -> Network {
    Network::parse(JOHANNESBURG).unwrap()
}

#[test]
fn the_default_network_is_staffed_at_either_scale() {
    let network = johannesburg();
    for scale in [Scale::Quick, Scale::Full] {
        let population = people(42, scale.people());
        let staff = Staff::new(&population, &network).unwrap();
        invariant::check(&staff);
        assert!(staff.day_after(19 * 365).is_ok());
    }
}

#[test]
fn three_retire_within_nine_days_whatever_the_seed() {
    let network = johannesburg();
    for (scale, seeds) in [(Scale::Quick, 1..10), (Scale::Full, 1..2)] {
        for seed in seeds {
            let population = people(seed, scale.people());
            let staff = Staff::new(&population, &network).unwrap();
            let until = staff.day_after(9).unwrap();
            let changes = staff.changes(day(START), until);
            let turn_65 = changes.filter(|it| it.leaves.person().age_years(it.date) == 65);
            assert!(turn_65.count() >= 3, "seed {seed}, {scale:?}");
        }
    }
}

#[test]
fn who_is_born_on_29_february_is_replaced_on_1_march() {
    let network = johannesburg();
    let population = people(42, Scale::Quick.people());
    let staff = Staff::new(&population, &network).unwrap();
    let leap_day =
        |it: &StaffChange<'_>| it.leaves.person().born_on().to_string().ends_with("-02-29");
    let changes = staff.changes(day(START), NaiveDate::MAX).filter(leap_day);
    let dates: Vec<String> = changes.map(|it| it.date.to_string()).collect();
    assert!(!dates.is_empty());
    // No year in which they turn 65 has a 29 February.
    assert!(
        dates.iter().all(|date| date.ends_with("-03-01")),
        "{dates:?}"
    );
}

#[test]
fn staff_live_near_their_hospital_where_there_are_people_enough() {
    let network = johannesburg();
    let live_elsewhere = |scale: Scale| {
        let population = people(42, scale.people());
        let staff = Staff::new(&population, &network).unwrap();
        let (mut municipality, mut province) = (0, 0);
        let positions = staff.roster().positions();
        for (place, position) in positions.iter().enumerate() {
            let hospital = &network.hospitals[position.hospital];
            let home = staff.member(place).person().address.suburb;
            municipality += u32::from(hospital.municipality.as_ref() != Some(&home.municipality));
            province += u32::from(hospital.province.as_ref() != Some(&home.province));
        }
        (municipality, province, positions.len())
    };
    let (municipality, ..) = live_elsewhere(Scale::Full);
    assert_eq!(municipality, 0);
    // Johannesburg is too small then; and a few are chosen for their birthday.
    let (municipality, province, positions) = live_elsewhere(Scale::Quick);
    assert!(municipality as usize * 2 < positions && province <= 4);
}

#[test]
fn another_seed_gives_other_people_and_the_same_one_the_same() {
    let network = johannesburg();
    let populations = [42, 42, 43].map(|seed| people(seed, Scale::Quick.people()));
    let rows = populations.each_ref().map(|population| {
        let staff = Staff::new(population, &network).unwrap();
        let members = (0..1000).map(|number| staff.member(number).person().id_number());
        members.collect::<Vec<_>>()
    });
    assert_eq!(rows[0], rows[1]);
    let others: HashSet<_> = rows[2].iter().collect();
    let both = rows[0].iter().filter(|it| others.contains(it)).count();
    assert!(both < 100, "{both} of 1000");
}

#[test]
fn sexes_follow_roles() {
    let network = johannesburg();
    let population = people(42, Scale::Quick.people());
    let staff = Staff::new(&population, &network).unwrap();
    for (role, percent) in [
        (Role::Nurse, 87..=93),
        (Role::Doctor, 40..=50),
        (Role::Clerk, 42..=58),
    ] {
        let positions = staff.roster().positions().iter().enumerate();
        let of_role = positions.filter(|(_, it)| it.role == role).map(|it| it.0);
        let women: Vec<bool> = of_role
            .map(|it| staff.member(it).person().is_female())
            .collect();
        let share = women.iter().filter(|it| **it).count() * 100 / women.len();
        assert!(percent.contains(&share), "{role:?}: {share} %");
    }
}

#[test]
fn too_few_people_are_refused_and_as_many_as_are_asked_for_will_do() {
    let network = johannesburg();
    for seed in 1..3 {
        for count in [1, 1000] {
            let population = people(seed, count);
            let error = Staff::new(&population, &network).unwrap_err();
            let StaffError::TooFewPeople { needed, .. } = error else {
                panic!("{error}");
            };
            assert!(
                error.to_string().contains(&format!("make {needed} people")),
                "{error}"
            );
            assert!((10_000..25_000).contains(&needed), "{needed}");
            let population = people(seed, needed);
            let staff = Staff::new(&population, &network).unwrap();
            invariant::check(&staff);
        }
    }
}

#[test]
fn where_people_end_the_plan_ends_and_the_last_ones_stay() {
    let network = johannesburg();
    let population = people(42, 18_000);
    let staff = Staff::new(&population, &network).unwrap();
    let planned_until = staff.employments.planned_until;
    let days = (planned_until - day(START)).num_days();
    assert!((366..20 * 365).contains(&days), "{days}");
    let days = u32::try_from(days).unwrap();
    assert_eq!(staff.day_after(days).unwrap(), planned_until);
    let error = staff.day_after(days + 1).unwrap_err().to_string();
    assert!(error.contains(&planned_until.to_string()), "{error}");
    let later = Shift {
        date: day("2126-01-01"),
        is_night: true,
    };
    assert!(staff.doctor_on_duty(0, 0, later, 7).is_some());
}

#[test]
fn a_network_without_flow_or_wards_is_refused() {
    let population = people(42, 1000);
    let error = |network: &Network| Staff::new(&population, network).unwrap_err().to_string();
    let bidmc = Network::parse(BIDMC).unwrap();
    assert!(error(&bidmc).contains("add it, as"), "{}", error(&bidmc));
    let mut network = johannesburg();
    let departments = network
        .hospitals
        .iter_mut()
        .flat_map(|it| &mut it.departments);
    departments.for_each(|it| it.wards.clear());
    assert!(error(&network).contains("add wards"), "{}", error(&network));
}

#[test]
fn more_positions_than_numbers_are_refused() {
    let population = people(42, 1000);
    let mut network = johannesburg();
    network.hospitals[0].departments[0].wards[0].beds = u16::MAX;
    for kind in network.flow.as_mut().unwrap().kinds.values_mut() {
        kind.beds_per_nurse_day = 0.1;
    }
    let error = Staff::new(&population, &network).unwrap_err();
    assert!(matches!(error, StaffError::TooManyPositions), "{error}");
}

#[test]
fn debug_shows_nothing_that_tells_who_somebody_is() {
    let network = johannesburg();
    let population = people(42, Scale::Quick.people());
    let staff = Staff::new(&population, &network).unwrap();
    assert_eq!(format!("{:?}", staff.member(4)), "StaffMember(S000005)");
}
