//! Lines of extracts as no hospital sends them: whatever a field holds, and most often what it may.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::clean::LineReader;
use domain::extract::{self, Column, Extract, Form, Kind, Layout, Line, Meaning};
use domain::rule::{
    Rule, Severity, department as department_rule, line as line_rule, record as rule,
    staff as staff_rule,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::arbitrary::{HOSPITALS, Text, administrative, birth, free, likely};
use super::constraint;
use super::properties::{cases, cleaner};

/// Taken amid the times of arbitrary events.
fn extract() -> Extract {
    Extract {
        hospital_code: Some(HOSPITALS[0].to_owned()),
        date: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        extracted_at: "2026-03-02T03:00:00Z".parse().unwrap(),
    }
}

fn field(column: &Column) -> Text {
    let day = || {
        let days = &[
            "2026-03-02",
            "1980-02-29",
            "0001-01-01",
            "9999-12-31",
            "2026-02-29",
        ];
        prop_oneof![likely(days), Just(None)].boxed()
    };
    match column.form {
        Form::PatientId => likely(&["P1", "P2"]),
        Form::EncounterId => likely(&["E1", "E2"]),
        Form::StaffId => likely(&["S1", "S2"]),
        Form::PersonId => likely(&["1", "2"]),
        Form::HospitalCode => likely(&HOSPITALS),
        Form::LineNumber => likely(&["1", "2", "2147483647"]),
        Form::Sex => likely(&["F", "M", "U"]),
        Form::Text if column.name == "sex" => likely(&["F", "M", "U"]),
        Form::Text if column.name == "hospital_code" => likely(&HOSPITALS),
        Form::Text if column.name == "department_code" => likely(&["MED", "ICU"]),
        Form::Text if column.name == "kind" => likely(&["medicine", "icu"]),
        Form::Date if column.name == "starts_on" => likely(&["2020-02-29", "1890-01-01"]),
        Form::Identity if column.name == "ends_on" => likely(&["2026-03-04", "2020-02-29"]),
        Form::Whole if column.name == "roster_slot" => likely(&["0", "7", "8"]),
        Form::Whole if column.name == "beds" => likely(&["0", "100000", "100001"]),
        Form::Text | Form::Identity | Form::IdNumber => free(),
        Form::Time => administrative(),
        Form::Date | Form::BirthDate => day(),
        Form::Whole => likely(&["1", "-9223372036854775808", "+7"]),
        Form::Truth => likely(&["true", "false"]),
    }
}

/// The fields of a line in the order of the description; an empty one is missing.
fn line(kind: &'static Kind) -> impl Strategy<Value = Vec<String>> {
    let columns = kind.columns(1).unwrap();
    let fields: Vec<Text> = columns.iter().map(field).collect();
    (fields, birth()).prop_map(move |(mut fields, (born_on, id_number))| {
        // Both most often of the same person.
        for (name, value) in [("date_of_birth", born_on), ("id_number", id_number)] {
            if let Some(place) = columns.iter().position(|column| column.name == name) {
                fields[place] = value;
            }
        }
        fields.into_iter().map(Option::unwrap_or_default).collect()
    })
}

/// A kind and a line of it; one in twenty has too few fields.
fn any_line() -> impl Strategy<Value = (&'static Kind, Vec<String>)> {
    let of_kind = |kind| (Just(kind), line(kind)).boxed();
    let whole = proptest::strategy::Union::new(extract::ALL.map(of_kind));
    (whole, 0..20_u8).prop_map(|((kind, mut line), cut)| {
        if cut == 0 {
            line.pop();
        }
        (kind, line)
    })
}

fn reader(kind: &'static Kind) -> LineReader {
    let names = kind.columns(1).unwrap().iter().map(|column| column.name);
    let layout = Layout::of(kind, 1, names).unwrap();
    LineReader::new(&cleaner(), &extract(), layout).unwrap()
}

fn read(kind: &'static Kind, line: &[String]) -> Result<Line, domain::clean::Refusal> {
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    reader(kind).read(&line)
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn what_is_let_through_of_a_line_silver_and_the_vault_can_hold((kind, line) in any_line()) {
        match read(kind, &line) {
            Ok(line) => constraint::line(&line, extract().extracted_at)?,
            Err(refusal) => prop_assert_eq!(refusal.rule.severity, Severity::Quarantine),
        }
    }

    #[test]
    fn whose_a_line_is_does_not_depend_on_the_rest((kind, line) in any_line()) {
        let fields: Vec<&str> = line.iter().map(String::as_str).collect();
        let patient = reader(kind).patient_of(&fields);
        // Records tell of themselves whose they are.
        if let Ok(read) = read(kind, &line)
            && kind.meaning.is_of_patients()
            && !matches!(kind.meaning, Meaning::Records(_))
        {
            prop_assert_eq!(patient.map(|(pseudonym, _)| pseudonym), Some(read.member()));
        }
    }

    #[test]
    fn no_line_panics(
        kind in 0..extract::ALL.len(),
        fields in prop::collection::vec(any::<String>(), 5..24),
    ) {
        let kind = extract::ALL[kind];
        let _ = read(kind, &fields);
        let described = kind.columns(1).unwrap().len();
        let _ = read(kind, &fields[..described.min(fields.len())]);
    }
}

/// The lines are worth the name: about half of them are usable, and each rule that can hit a line of
/// itself hits some.
#[test]
fn arbitrary_lines_meet_every_rule() {
    // Rules of what only an event has, and of two lines.
    let others: [&Rule; 10] = [
        &rule::UNREADABLE,
        &rule::EVENT_ID,
        &rule::EVENT_TYPE,
        &rule::OCCURRED_AT,
        &rule::RECORDED_AT,
        &line_rule::SAID_TWICE,
        &department_rule::UNREADABLE,
        &department_rule::EFFECTIVE_AT,
        &staff_rule::UNREADABLE,
        &staff_rule::STATUS,
    ];
    let mut runner = TestRunner::deterministic();
    let strategy = any_line();
    let mut usable = 0;
    let mut hit: BTreeSet<&str> = BTreeSet::new();
    for _ in 0..8_000 {
        let (kind, line) = strategy.new_tree(&mut runner).unwrap().current();
        match read(kind, &line) {
            Ok(line) => {
                usable += 1;
                hit.extend(line.repairs().iter().map(|rule| rule.code));
            }
            Err(refusal) => {
                hit.insert(refusal.rule.code);
            }
        }
    }
    let all = rule::ALL
        .iter()
        .chain(line_rule::ALL)
        .chain(department_rule::ALL)
        .chain(staff_rule::ALL);
    let expected: BTreeSet<&str> = all
        .filter(|it| !others.contains(it))
        .map(|rule| rule.code)
        .collect();
    assert_eq!(hit, expected);
    assert!((3_000..7_000).contains(&usable), "{usable}");
}
