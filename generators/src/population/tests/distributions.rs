//! Whether people are as the tables say, for fixed seeds: a fit that fails once in 1,000 seeds is
//! found to pass for these.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use serde::Deserialize;

use super::people::{START, population};
use super::statistics::{fits, is_even};

const PEOPLE: u64 = 200_000;

#[derive(Deserialize)]
struct AgeGroup {
    age_from_years: i32,
    age_to_years: i32,
    male: f64,
    female: f64,
}

#[derive(Deserialize)]
struct Place {
    province: String,
    municipality: String,
    population: f64,
}

#[derive(Deserialize)]
struct Share {
    province: String,
    language: String,
    percent: f64,
}

fn rows<T: serde::de::DeserializeOwned>(table: &str) -> Vec<T> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

#[test]
fn ages_of_both_sexes_are_those_of_the_table() {
    let groups: Vec<AgeGroup> = rows(include_str!("../../../data/population/ages.csv"));
    for seed in [42, 7] {
        let mut observed = vec![0.0; 2 * groups.len()];
        let population = population(seed, PEOPLE);
        for row in 0..PEOPLE {
            let person = population.person(row);
            let age = person.age_years(START);
            let is_of =
                |group: &AgeGroup| (group.age_from_years..=group.age_to_years).contains(&age);
            let group = groups.iter().position(is_of).unwrap();
            observed[2 * group + usize::from(person.is_female())] += 1.0;
        }
        let shares: Vec<f64> = groups.iter().flat_map(|it| [it.male, it.female]).collect();
        fits(
            &format!("seed {seed}, age groups by sex"),
            &observed,
            &shares,
        );
        let of_sex = |sex: usize, all: &[f64]| all.iter().skip(sex).step_by(2).sum::<f64>();
        let both = |all: &[f64]| [of_sex(0, all), of_sex(1, all)];
        fits(
            &format!("seed {seed}, sex"),
            &both(&observed),
            &both(&shares),
        );
    }
}

#[test]
fn people_live_where_the_table_says() {
    let places: Vec<Place> = rows(include_str!("../../../data/population/municipalities.csv"));
    for seed in [42, 7] {
        let population = population(seed, PEOPLE);
        let mut observed = vec![0.0; places.len()];
        let mut by_province: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for row in 0..PEOPLE {
            let suburb = population.person(row).address.suburb;
            let home = places[population.person(row).home].municipality.as_str();
            assert_eq!(suburb.municipality, home);
            observed[population.person(row).home] += 1.0;
            by_province.entry(suburb.province.as_str()).or_default().0 += 1.0;
        }
        let shares: Vec<f64> = places.iter().map(|it| it.population).collect();
        fits(&format!("seed {seed}, municipalities"), &observed, &shares);
        for place in &places {
            by_province.get_mut(place.province.as_str()).unwrap().1 += place.population;
        }
        let (observed, shares): (Vec<f64>, Vec<f64>) = by_province.into_values().unzip();
        fits(&format!("seed {seed}, provinces"), &observed, &shares);
    }
}

#[test]
fn languages_of_each_province_are_those_of_the_table() {
    let languages: Vec<Share> = rows(include_str!("../../../data/population/languages.csv"));
    let population = population(42, PEOPLE);
    let mut counts: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for row in 0..PEOPLE {
        let person = population.person(row);
        let province = person.address.suburb.province.as_str();
        *counts.entry((province, person.home_language)).or_default() += 1.0;
    }
    let mut tables: BTreeMap<&str, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for row in &languages {
        let observed = counts.remove(&(row.province.as_str(), row.language.as_str()));
        let (counts, shares) = tables.entry(&row.province).or_default();
        counts.push(observed.unwrap_or(0.0));
        shares.push(row.percent);
    }
    assert!(
        counts.is_empty(),
        "spoken where the table has nobody: {counts:?}"
    );
    for (province, (observed, shares)) in tables {
        fits(&format!("languages of {province}"), &observed, &shares);
    }
}

/// How far somebody is into the present year of age says nothing of the age, so it is even.
#[test]
fn birthdays_are_spread_evenly_over_the_year() {
    let population = population(42, 20_000);
    let into_the_year = (0..20_000).map(|row| {
        let born_on = population.person(row).born_on();
        let years = START.year() - born_on.year();
        let birthday = |years: i32| {
            let year = born_on.year() + years;
            // Who was born on 29 February has the birthday on 1 March in other years.
            born_on
                .with_year(year)
                .unwrap_or_else(|| born_on.succ_opt().unwrap().with_year(year).unwrap())
        };
        let last = if birthday(years) <= START {
            years
        } else {
            years - 1
        };
        let length = (birthday(last + 1) - birthday(last)).num_days();
        let days = (START - birthday(last)).num_days();
        (f64::from(i32::try_from(days).unwrap()) + 0.5) / f64::from(i32::try_from(length).unwrap())
    });
    is_even("days since the last birthday", into_the_year.collect());
}
