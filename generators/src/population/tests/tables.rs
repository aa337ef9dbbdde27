//! The embedded tables: fields go into files as they are, so nothing in them may need quotes.

use std::collections::{BTreeMap, BTreeSet};

type Row = BTreeMap<String, String>;

const AGES: &str = include_str!("../../../data/population/ages.csv");
const LANGUAGES: &str = include_str!("../../../data/population/languages.csv");
const MUNICIPALITIES: &str = include_str!("../../../data/population/municipalities.csv");
const NAMES: &str = include_str!("../../../data/population/names.toml");
const STREETS: &str = include_str!("../../../data/population/streets.txt");
const SUBURBS: &str = include_str!("../../../data/population/suburbs.csv");

const PROVINCES: [&str; 9] = [
    "Eastern Cape",
    "Free State",
    "Gauteng",
    "KwaZulu-Natal",
    "Limpopo",
    "Mpumalanga",
    "North West",
    "Northern Cape",
    "Western Cape",
];

fn rows(table: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

fn column<'r>(rows: &'r [Row], name: &str) -> BTreeSet<&'r str> {
    rows.iter().map(|row| row[name].as_str()).collect()
}

/// Letters and what stands between them in names; neither a blank at an end nor two in a row.
fn is_plain(field: &str) -> bool {
    let is_allowed = |it: char| it.is_ascii_alphanumeric() || " '-().!".contains(it);
    !field.is_empty()
        && field.trim() == field
        && !field.contains("  ")
        && field.chars().all(is_allowed)
}

#[test]
fn no_field_needs_quotes() {
    for table in [AGES, LANGUAGES, MUNICIPALITIES, SUBURBS] {
        assert!(!table.contains(['"', '\r']));
        for row in rows(table) {
            assert!(row.values().all(|field| is_plain(field)), "{row:?}");
        }
    }
    for street in STREETS.lines() {
        assert!(is_plain(street), "{street}");
        assert!(street.len() <= 31, "{street} is too long");
    }
    let streets: BTreeSet<&str> = STREETS.lines().collect();
    assert_eq!(
        streets.len(),
        STREETS.lines().count(),
        "a street stands twice"
    );
}

#[test]
fn every_language_has_names_and_a_name_stands_once() {
    let names: BTreeMap<String, BTreeMap<String, Vec<String>>> = toml::from_str(NAMES).unwrap();
    let rows = rows(LANGUAGES);
    let spoken = column(&rows, "language");
    assert_eq!(spoken.len(), 12, "{spoken:?}");
    let named: BTreeSet<&str> = names.keys().map(String::as_str).collect();
    let mut expected = spoken;
    expected.insert("English-Indian");
    assert_eq!(named, expected);
    for (language, lists) in &names {
        let kinds: Vec<&str> = lists.keys().map(String::as_str).collect();
        assert_eq!(kinds, ["female", "last", "male"], "{language}");
        for (kind, list) in lists {
            let distinct: BTreeSet<&String> = list.iter().collect();
            assert_eq!(distinct.len(), list.len(), "{language} {kind}");
            assert!(list.len() >= 20, "{language} {kind}");
            for name in list {
                assert!(is_plain(name), "{language}: {name}");
                assert!(name.contains(|it: char| it.is_ascii_alphabetic()), "{name}");
            }
        }
    }
}

#[test]
fn every_province_has_languages_that_are_all_its_people() {
    let rows = rows(LANGUAGES);
    assert_eq!(column(&rows, "province"), BTreeSet::from(PROVINCES));
    for province in PROVINCES {
        let of_it = rows.iter().filter(|row| row["province"] == province);
        let percents: Vec<f64> = of_it.map(|row| row["percent"].parse().unwrap()).collect();
        let sum: f64 = percents.iter().sum();
        assert_eq!(percents.len(), 12, "{province}");
        assert!((sum - 100.0).abs() < 0.5, "{province}: {sum}");
    }
}

#[test]
fn every_municipality_has_suburbs_with_postal_codes() {
    let (municipalities, suburbs) = (rows(MUNICIPALITIES), rows(SUBURBS));
    let key = |row: &Row| (row["province"].clone(), row["municipality"].clone());
    let places: BTreeSet<_> = municipalities.iter().map(key).collect();
    assert_eq!(places.len(), municipalities.len(), "one stands twice");
    assert_eq!(places, suburbs.iter().map(key).collect());
    assert_eq!(
        column(&municipalities, "province"),
        BTreeSet::from(PROVINCES)
    );
    for row in &suburbs {
        let code = &row["postal_code"];
        let is_code = code.len() == 4 && code.bytes().all(|it| it.is_ascii_digit());
        assert!(is_code && code != "0000", "{row:?}");
    }
    let named: BTreeSet<_> = suburbs
        .iter()
        .map(|row| (key(row), &row["suburb"]))
        .collect();
    assert_eq!(named.len(), suburbs.len(), "a suburb stands twice");
}

#[test]
fn age_groups_follow_each_other_from_0_to_110() {
    let mut next = 0;
    for row in rows(AGES) {
        let [from, to] =
            ["age_from_years", "age_to_years"].map(|it| row[it].parse::<u32>().unwrap());
        assert!(from == next && from <= to, "{row:?}");
        next = to + 1;
    }
    assert_eq!(next, 111);
}
