//! Members of staff who are chosen because they retire soon.

use chrono::NaiveDate;
use domain::age::birthday;
use domain::network::{Hospital, Network};

use super::candidate::{Candidate, RETIRED_FROM_YEARS};
use super::days_after;
use super::role::Role;
use super::roster::Roster;
use crate::population::{Person, Population};
use crate::random::{Purpose, SplitMix64};
use crate::registry::distance;

/// Trainees shall see how somebody is replaced within nine days, whatever the seed: so many are
/// chosen, and some more retire by chance.
const CHOSEN: usize = 4;
const SOON_DAYS: i64 = 9;

/// A few people who retire in the first nine days, each with the position that they hold: women as
/// nurses, men as doctors, at a hospital that none is nearer to them. Fewer where fewer people turn
/// 65 then.
pub(super) fn choose(
    population: &Population,
    network: &Network,
    roster: &Roster,
) -> Vec<(Candidate, usize)> {
    let positions = roster.positions();
    let hospitals: Vec<(usize, &Hospital)> = network
        .hospitals
        .iter()
        .enumerate()
        .filter(|(place, _)| positions.iter().any(|it| it.hospital == *place))
        .collect();
    let mut random = SplitMix64::of(population.seed(), Purpose::Staff, u64::MAX);
    let mut chosen: Vec<(Candidate, usize)> = Vec::new();
    for (candidate, hospitals) in nearest_first(population, &hospitals) {
        let hospital = random.pick(&hospitals);
        let role = if candidate.is_female {
            Role::Nurse
        } else {
            Role::Doctor
        };
        let open: Vec<usize> = (0..positions.len())
            .filter(|it| positions[*it].hospital == hospital && positions[*it].role == role)
            .filter(|it| chosen.iter().all(|(_, taken)| taken != it))
            .collect();
        if !open.is_empty() {
            chosen.push((candidate, random.pick(&open)));
        }
    }
    chosen
}

/// Those who live nearest to a hospital, with the hospitals that are nearest to each.
fn nearest_first(
    population: &Population,
    hospitals: &[(usize, &Hospital)],
) -> Vec<(Candidate, Vec<usize>)> {
    let mut found: Vec<_> = retiring_soon(population)
        .map(|person| (nearest(&person, hospitals), Candidate::of(&person)))
        .collect();
    found.sort_by_key(|((steps, _), candidate)| (*steps, candidate.row));
    found.truncate(CHOSEN);
    let found = found.into_iter();
    found
        .map(|((_, hospitals), candidate)| (candidate, hospitals))
        .collect()
}

/// How far the nearest hospitals are from a person's home, and which they are.
fn nearest(person: &Person<'_>, hospitals: &[(usize, &Hospital)]) -> (usize, Vec<usize>) {
    let suburb = person.address.suburb;
    let home = (suburb.municipality.as_str(), suburb.province.as_str());
    let steps = hospitals
        .iter()
        .map(|(place, hospital)| (distance(home, hospital), *place));
    let least = steps.clone().map(|it| it.0).min().unwrap_or(usize::MAX);
    let nearest = steps.filter(|it| it.0 == least).map(|it| it.1);
    (least, nearest.collect())
}

/// The people who work on the first day and retire within nine.
fn retiring_soon(population: &Population) -> impl Iterator<Item = Person<'_>> {
    let start = population.start();
    let end = days_after(start, SOON_DAYS);
    // A day more at either side, as those born on 29 February have their birthday a day later.
    let from = days_after(birthday(start, -RETIRED_FROM_YEARS), -1);
    let to = days_after(birthday(end, -RETIRED_FROM_YEARS), 1);
    let births = from
        .iter_days()
        .take_while(move |date: &NaiveDate| *date < to);
    let rows = births.flat_map(|date| population.born_on(date));
    let people = rows.map(|row| population.person(row));
    people.filter(move |person| {
        let retires_on = Candidate::of(person).retires_on();
        start < retires_on && retires_on < end
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Leap years are where days of birth and birthdays do not run side by side.
    #[test]
    fn those_are_found_who_are_64_at_the_start_and_65_on_the_ninth_day() {
        for (start, is_leap_day_found) in [
            ("2026-03-02", false),
            ("2028-02-20", false),
            ("2028-02-29", false),
            ("2029-02-20", false),
            ("2029-02-21", true),
            ("2029-02-28", true),
            ("2029-03-01", false),
        ] {
            let start: NaiveDate = start.parse().unwrap();
            let population = Population::new(42, start, 300_000).unwrap();
            let found: BTreeSet<u64> = retiring_soon(&population).map(|it| it.row()).collect();
            let ninth_day = days_after(start, 8);
            let everybody = (0..population.count()).map(|row| population.person(row));
            let retiring = |it: &Person<'_>| (it.age_years(start), it.age_years(ninth_day));
            let expected = everybody.filter(|it| retiring(it) == (64, 65));
            assert_eq!(found, expected.map(|it| it.row()).collect());
            let born_on = |row| population.person(row).born_on().to_string();
            let is_found = found.into_iter().any(|row| born_on(row) == "1964-02-29");
            assert_eq!(is_found, is_leap_day_found, "{start}");
        }
    }
}
