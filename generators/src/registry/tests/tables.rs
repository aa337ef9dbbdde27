//! The embedded tables of what hospitals know of people.

use std::collections::{BTreeMap, BTreeSet};

type Row = BTreeMap<String, String>;

const BLOOD_TYPES: &str = include_str!("../../../data/clinical/blood_types.csv");
const CONDITIONS: &str = include_str!("../../../data/clinical/chronic_conditions.csv");
const MARITAL_STATUSES: &str = include_str!("../../../data/clinical/marital_status.csv");
const SCHEMES: &str = include_str!("../../../data/clinical/medical_schemes.csv");
const MEMBERS: &str = include_str!("../../../data/clinical/medical_scheme_by_province.csv");
const MUNICIPALITIES: &str = include_str!("../../../data/population/municipalities.csv");

fn rows(table: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

fn number(row: &Row, name: &str) -> f64 {
    row[name].parse().unwrap()
}

#[test]
fn no_field_needs_quotes() {
    for table in [BLOOD_TYPES, CONDITIONS, MARITAL_STATUSES, SCHEMES, MEMBERS] {
        assert!(table.is_ascii() && !table.contains(['"', '\r', ';']));
    }
}

#[test]
fn blood_types_are_the_eight_and_all_people() {
    let rows = rows(BLOOD_TYPES);
    let types: BTreeSet<&str> = rows.iter().map(|row| row["blood_type"].as_str()).collect();
    assert_eq!(
        types,
        BTreeSet::from(["O+", "A+", "B+", "AB+", "O-", "A-", "B-", "AB-"])
    );
    let sum: f64 = rows.iter().map(|row| number(row, "percent")).sum();
    assert!((sum - 100.0).abs() < 1e-9, "{sum}");
}

#[test]
fn every_condition_has_a_row_for_women_and_one_for_men() {
    let mut sexes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows(CONDITIONS) {
        let code = &row["icd10"];
        assert!(
            code.bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'.')
        );
        let percents = row.iter().filter(|(name, _)| name.starts_with("percent_"));
        assert!(percents.clone().count() == 5);
        assert!(
            percents
                .clone()
                .all(|(name, _)| (0.0..=100.0).contains(&number(&row, name)))
        );
        sexes
            .entry(code.clone())
            .or_default()
            .push(row["sex"].clone());
    }
    assert!(sexes.len() <= 32);
    for (code, mut sexes) in sexes {
        sexes.sort();
        assert_eq!(sexes, ["F", "M"], "{code}");
    }
}

#[test]
fn marital_statuses_cover_all_ages_of_both_sexes() {
    for sex in ["F", "M"] {
        let mut next = 0.0;
        for row in rows(MARITAL_STATUSES)
            .iter()
            .filter(|row| row["sex"] == sex)
        {
            assert!(
                (number(row, "age_from_years") - next).abs() < 0.5,
                "{row:?}"
            );
            next = number(row, "age_to_years") + 1.0;
            let statuses = ["single", "married", "divorced", "widowed"];
            let sum: f64 = statuses.iter().map(|it| number(row, it)).sum();
            assert!((sum - 100.0).abs() < 0.11, "{row:?}");
        }
        assert!(next > 110.0);
    }
}

#[test]
fn every_province_has_members_of_schemes_and_schemes_are_named_once() {
    let members = rows(MEMBERS);
    let provinces: BTreeSet<&str> = members.iter().map(|row| row["province"].as_str()).collect();
    let municipalities = rows(MUNICIPALITIES);
    let inhabited = municipalities.iter().map(|row| row["province"].as_str());
    assert_eq!(provinces, inhabited.collect());
    let schemes = rows(SCHEMES);
    let names: BTreeSet<&str> = schemes.iter().map(|row| row["scheme"].as_str()).collect();
    assert_eq!(names.len(), schemes.len());
    assert!(names.contains("State"));
}
