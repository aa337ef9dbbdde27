//! What holds of each person, and of all.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike as _, NaiveDate};
use domain::id_number::IdNumber;
use proptest::prelude::*;

use crate::population::{Person, Population, PopulationError};

pub(super) const START: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();

pub(super) fn population(seed: u64, count: u64) -> Population {
    Population::new(seed, START, count).unwrap()
}

fn line(person: &Person<'_>) -> String {
    let mut out = Vec::new();
    person.write_csv(&mut out);
    String::from_utf8(out).unwrap()
}

/// The line but for its first column.
fn without_id(person: &Person<'_>) -> String {
    line(person).split_once(',').unwrap().1.to_owned()
}

#[test]
fn identity_numbers_are_valid_and_unique_also_a_century_apart() {
    let count = 300_000;
    let population = population(42, count);
    let mut numbers = HashSet::new();
    let mut centuries: HashMap<[u8; 7], HashSet<i32>> = HashMap::new();
    for row in 0..count {
        let person = population.person(row);
        let number = person.id_number();
        assert!(IdNumber::parse(std::str::from_utf8(&number).unwrap()).is_ok());
        // Neither citizenship nor check digit is needed to tell them apart.
        let [six @ .., _, _, _, _, _, _, _] = number;
        let mut told_by = number;
        told_by[10] = b'0';
        told_by[12] = b'0';
        assert!(
            numbers.insert(told_by),
            "row {row} has the number of another"
        );
        let mut date_and_sex = [if person.is_female() { b'F' } else { b'M' }; 7];
        date_and_sex[..6].copy_from_slice(&six);
        let years = centuries.entry(date_and_sex).or_default();
        years.insert(person.born_on().year());
    }
    let twins = centuries.values().filter(|years| years.len() > 1).count();
    println!("{twins} birth dates and sexes have people of two centuries");
    assert!(twins > 5);
}

#[test]
fn the_identity_number_says_birth_date_sex_and_citizenship() {
    let population = population(7, 50_000);
    for row in 0..50_000 {
        let line = line(&population.person(row));
        let fields: Vec<&str> = line.trim_end().split(',').collect();
        let [id, number, _, _, sex, born_on, citizenship, ..] = fields[..] else {
            panic!("{} fields", fields.len());
        };
        assert_eq!(fields.len(), 15);
        assert_eq!(id, (row + 1).to_string());
        assert_eq!(number[..6], born_on.replace('-', "")[2..]);
        let sequence: u32 = number[6..10].parse().unwrap();
        assert_eq!(sex, if sequence < 5_000 { "F" } else { "M" });
        let expected = [("0", "South African"), ("1", "Permanent resident")];
        assert!(
            expected.contains(&(&number[10..11], citizenship)),
            "row {row}"
        );
    }
}

#[test]
fn a_line_has_what_its_columns_promise() {
    let population = population(42, 20_000);
    let mut with_email = 0;
    for row in 0..20_000 {
        let line = line(&population.person(row));
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(line.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        // Nothing is quoted: a plain split gives the same.
        assert!(record.iter().eq(line.trim_end().split(',')));
        let (phone, email, postal_code) = (&record[8], &record[9], &record[14]);
        assert!(phone.len() == 12 && phone.starts_with("+2700"));
        assert!(email.is_empty() || email.ends_with(".example") && email.matches('@').count() == 1);
        assert!(postal_code.len() == 4 && postal_code.bytes().all(|it| it.is_ascii_digit()));
        assert!(
            record
                .iter()
                .enumerate()
                .all(|(place, field)| place == 9 || !field.is_empty())
        );
        with_email += u32::from(!email.is_empty());
    }
    assert!((5_000..18_000).contains(&with_email), "{with_email}");
    let header = Person::HEADER.trim_end();
    assert_eq!(header.split(',').count(), 15);
}

#[test]
fn nobody_is_unborn_or_older_than_110() {
    let population = population(1, 200_000);
    let ages: HashSet<i32> = (0..200_000)
        .map(|row| population.person(row).age_years(START))
        .collect();
    assert!(ages.iter().all(|age| (0..=110).contains(age)), "{ages:?}");
    assert!(ages.contains(&0) && ages.iter().any(|age| *age > 100));
}

#[test]
fn another_seed_or_start_gives_other_people() {
    let lines = |population: &Population| -> Vec<String> {
        (0..5_000)
            .map(|row| without_id(&population.person(row)))
            .collect()
    };
    let first = lines(&population(42, 5_000));
    let another_start = Population::new(42, START.succ_opt().unwrap(), 5_000).unwrap();
    for others in [lines(&population(43, 5_000)), lines(&another_start)] {
        let of_first: HashSet<&String> = first.iter().collect();
        assert!(!others.iter().any(|line| of_first.contains(line)));
    }
}

proptest! {
    // Each case makes populations, which read their tables.
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases / 16,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_row_does_not_depend_on_who_was_asked_for_before(seed: u64, count in 1_u64..500) {
        let (one, other) = (population(seed, count), population(seed, count));
        let mut upwards: Vec<String> = (0..count).map(|row| line(&one.person(row))).collect();
        let downwards = (0..count).rev().map(|row| line(&other.person(row)));
        upwards.reverse();
        prop_assert!(downwards.eq(upwards));
    }

    #[test]
    fn every_start_has_people_of_good_ages(
        seed: u64, days in 0_i64..146_000, count in 1_u64..300,
    ) {
        let start = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Duration::days(days);
        let population = Population::new(seed, start, count).unwrap();
        for row in 0..count {
            let person = population.person(row);
            prop_assert!((0..=110).contains(&person.age_years(start)));
            prop_assert!(IdNumber::parse(std::str::from_utf8(&person.id_number()).unwrap()).is_ok());
        }
    }

    /// Everybody lives in one municipality, and is found there.
    #[test]
    fn residents_of_all_municipalities_are_all_people(seed: u64, count in 1_u64..500) {
        let population = population(seed, count);
        let mut rows = Vec::new();
        for municipality in 0..population.municipalities().count() {
            for number in 0..population.residents(municipality) {
                let row = population.resident(municipality, number);
                prop_assert_eq!(population.person(row).home, municipality);
                rows.push(row);
            }
        }
        rows.sort_unstable();
        prop_assert!(rows.into_iter().eq(0..count));
    }
}

#[test]
fn what_cannot_be_is_refused_at_once() {
    let refused = |start: NaiveDate, count| Population::new(42, start, count).unwrap_err();
    assert!(matches!(refused(START, 0), PopulationError::Empty));
    for count in [400_000_000, 2_000_000_000, u64::MAX] {
        let PopulationError::IdNumbersUsedUp { people_max, .. } = refused(START, count) else {
            panic!("another error for {count}");
        };
        assert!(
            (200_000_000..400_000_000).contains(&people_max),
            "{people_max}"
        );
    }
    for year in [-1, 0, 1899, 2301, 10_000] {
        let start = NaiveDate::from_ymd_opt(year, 6, 1).unwrap();
        assert!(matches!(refused(start, 1), PopulationError::Start { .. }));
    }
}

#[test]
fn debug_shows_no_identity() {
    assert_eq!(
        format!("{:?}", population(42, 3).person(1)),
        "Person(row 1)"
    );
}
