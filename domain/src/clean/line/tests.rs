mod records;
mod whole_line;

use chrono::{DateTime, NaiveDate};

use super::*;
use crate::extract::{
    CHARGES, ClinicalLine, DIAGNOSES, ENCOUNTERS, EncounterLine, HOSPITAL_PATIENTS, Kind,
    MEDICATIONS, PATIENTS, PEOPLE, PROCEDURES, PatientLine, RecordLine, Sender, Value, sent_by,
};
use crate::network::TimeZone;
use crate::rule::{Rule, record as rule};

/// A valid number of a man born on 5 March 1994.
const ID_NUMBER: &str = "9403055009085";

/// What the lines of these tests say unless a test says something else.
const GOOD: [(&str, &str); 24] = [
    ("person_id", "4711"),
    ("hospital_code", "ROSEBANK"),
    ("patient_id", "P-10006"),
    ("encounter_id", "E-142345"),
    ("line_number", "3"),
    ("id_number", ID_NUMBER),
    ("first_name", "Canary"),
    ("phone", "082 555 0173"),
    ("sex", "M"),
    ("date_of_birth", "1994-03-05"),
    ("registered_on", "2020-02-29"),
    ("medical_scheme", "Discovery"),
    ("attending_staff_id", "S-77"),
    ("staff_id", "S-77"),
    ("admitted_at", "2026-03-02T08:00:00+02:00"),
    ("first_location_at", "2026-03-02T06:30:00Z"),
    ("discharged_at", "2026-03-02T12:00:00Z"),
    ("last_location_left_at", "2026-03-02T12:30:00.1234567Z"),
    ("died", "false"),
    ("diagnosed_at", "2026-03-02T07:00:00Z"),
    ("started_at", "2026-03-02T07:00:00Z"),
    ("quantity", "28"),
    ("amount_cents", "-9223372036854775808"),
    ("icd10", "J18.9"),
];

fn extract() -> Extract {
    Extract {
        hospital_code: Some("ROSEBANK".to_owned()),
        date: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        extracted_at: "2026-03-02T21:50:00Z".parse().unwrap(),
    }
}

fn cleaner() -> Cleaner {
    let zone = TimeZone::parse("Africa/Johannesburg").unwrap();
    let key = PseudonymKey::new(&[7; 32]).unwrap();
    let of = |code: &str| (code.to_owned(), zone);
    Cleaner::new(key, [of("ROSEBANK"), of("ALEX")])
}

fn names(kind: &Kind) -> Vec<&'static str> {
    let columns = kind.columns(1).unwrap();
    columns.iter().map(|column| column.name).collect()
}

/// A reader of a file with this header.
fn reader(kind: &'static Kind, header: &[&str]) -> LineReader {
    let layout = Layout::of(kind, 1, header.iter().copied()).unwrap();
    LineReader::new(&cleaner(), &extract(), layout).unwrap()
}

/// A line below this header: what is said of its columns, and else what is good.
fn fields<'f>(header: &[&str], said: &[(&str, &'f str)]) -> Vec<&'f str> {
    let value = |name: &&str| {
        let mut all = said.iter().chain(&GOOD);
        all.find(|(column, _)| column == name).map_or("", |it| it.1)
    };
    header.iter().map(value).collect()
}

fn read(kind: &'static Kind, said: &[(&str, &str)]) -> Result<Line, Refusal> {
    let header = names(kind);
    reader(kind, &header).read(&fields(&header, said))
}

fn patient(said: &[(&str, &str)]) -> PatientLine {
    match read(&PATIENTS, said).unwrap() {
        Line::Patient(line) => *line,
        other => panic!("{other:?}"),
    }
}

fn encounter(said: &[(&str, &str)]) -> EncounterLine {
    match read(&ENCOUNTERS, said).unwrap() {
        Line::Encounter(line) => *line,
        other => panic!("{other:?}"),
    }
}

fn clinical(kind: &'static Kind, said: &[(&str, &str)]) -> ClinicalLine {
    match read(kind, said).unwrap() {
        Line::Clinical(line) => *line,
        other => panic!("{other:?}"),
    }
}

fn record(kind: &'static Kind, said: &[(&str, &str)]) -> RecordLine {
    match read(kind, said).unwrap() {
        Line::Record(line) => *line,
        other => panic!("{other:?}"),
    }
}

/// Code and field of the refusal.
fn refused(kind: &'static Kind, said: &[(&str, &str)]) -> (&'static str, Option<&'static str>) {
    let refusal = read(kind, said).unwrap_err();
    (refusal.rule.code, refusal.field)
}

fn codes(rules: &[&'static Rule]) -> Vec<&'static str> {
    rules.iter().map(|rule| rule.code).collect()
}

#[test]
fn a_good_line_of_each_kind_passes_unrepaired_and_names_its_patient() {
    for kind in sent_by(Sender::Hospital) {
        let header = names(kind);
        let reader = reader(kind, &header);
        let line = fields(&header, &[]);
        let read = reader.read(&line).unwrap();
        assert_eq!(codes(read.repairs()), [] as [&str; 0], "{}", kind.name);
        assert_eq!(read.patient_id(), Some("P-10006"));
        let pseudonym = cleaner().key.patient("ROSEBANK", "P-10006");
        assert_eq!(read.member(), pseudonym, "as an event's");
        let named = Some((pseudonym, "P-10006".to_owned()));
        assert_eq!(reader.patient_of(&line), named);
    }
}

#[test]
fn values_are_typed_in_the_order_of_the_description() {
    let line = clinical(&MEDICATIONS, &[("atc", "J01CA04"), ("dose", " 500 mg ")]);
    let started_at = "2026-03-02T07:00:00Z".parse().unwrap();
    let expected = [
        Some(Value::Text("J01CA04".to_owned())),
        None,
        Some(Value::Text("500 mg".to_owned())),
        None,
        None,
        Some(Value::Whole(28)),
        Some(Value::Time(started_at)),
    ];
    assert_eq!((line.line_number, line.values), (3, expected.to_vec()));
    let line = clinical(&PROCEDURES, &[]);
    let staff = cleaner().key.staff("S-77");
    assert_eq!(line.values.last(), Some(&Some(Value::Pseudonym(staff))));
    assert_eq!(line.staff, [(staff, "S-77".to_owned())]);
    let line = clinical(&CHARGES, &[]);
    assert_eq!(line.values[4], Some(Value::Whole(i64::MIN)));

    let extract = encounter(&[]).extract;
    let at = |text: &str| Some(text.parse::<DateTime<_>>().unwrap());
    assert_eq!(extract.admitted_at, at("2026-03-02T06:00:00Z"));
    assert_eq!(
        extract.last_location_left_at,
        at("2026-03-02T12:30:00.123456Z"),
        "to the microsecond"
    );
    assert_eq!(extract.died, Some(false));
    let staff = Some(cleaner().key.staff("S-77"));
    assert_eq!(extract.attending_staff_pseudonym, staff);
}

#[test]
fn adt_006_another_form_of_a_time_or_date() {
    for text in ["2026-03-02 08:00:00", "2026-03-02T08:00:00", "02.03.2026"] {
        let said = refused(&ENCOUNTERS, &[("admitted_at", text)]);
        assert_eq!(said, ("ADT-006", Some("admitted_at")), "{text}");
        let said = refused(&DIAGNOSES, &[("diagnosed_at", text)]);
        assert_eq!(said, ("ADT-006", Some("diagnosed_at")), "{text}");
    }
    for column in ["date_of_birth", "registered_on", "updated_on"] {
        for text in ["5 March 1994", "1994-3-5", "2026-02-29", "05/03/1994"] {
            let (code, _) = refused(&PATIENTS, &[(column, text)]);
            assert_eq!(code, "ADT-006", "{column} {text}");
        }
    }
    assert_eq!(
        patient(&[("updated_on", "2024-02-29")]).registered.repairs,
        [] as [&Rule; 0]
    );
}

#[test]
fn adt_007_a_hospital_that_is_not_in_the_network() {
    let layout = Layout::of(&PATIENTS, 1, names(&PATIENTS)).unwrap();
    let elsewhere = Extract {
        hospital_code: Some("ELSEWHERE".to_owned()),
        ..extract()
    };
    let refusal = LineReader::new(&cleaner(), &elsewhere, layout).unwrap_err();
    assert_eq!(refusal.rule.code, "ADT-007");
}

#[test]
fn adt_008_and_009_numbers_that_are_missing() {
    for kind in sent_by(Sender::Hospital).chain([&HOSPITAL_PATIENTS]) {
        let columns = names(kind);
        for missing in ["", "  ", "\t"] {
            if columns.contains(&"patient_id") {
                let said = refused(kind, &[("patient_id", missing)]);
                assert_eq!(said, ("ADT-008", Some("patient_id")), "{}", kind.name);
            }
            if columns.contains(&"encounter_id") {
                let said = refused(kind, &[("encounter_id", missing)]);
                assert_eq!(said, ("ADT-009", Some("encounter_id")), "{}", kind.name);
            }
        }
    }
}

#[test]
fn adt_010_damaged_text_in_any_column() {
    for kind in sent_by(Sender::Hospital) {
        for name in names(kind) {
            for damaged in ["Ca\0nary", "Cana\u{fffd}ry", "Can\u{85}ary", "Ca\nnary"] {
                let said = refused(kind, &[(name, damaged)]);
                assert_eq!(said.0, "ADT-010", "{} {name}", kind.name);
            }
        }
    }
}

#[test]
fn ages_are_judged_by_the_day_of_the_extract() {
    let of = |birth: &str, id_number: &str| {
        let line = patient(&[("date_of_birth", birth), ("id_number", id_number)]);
        let registered = line.registered;
        (registered.patient.birth_year, codes(&registered.repairs))
    };
    assert_eq!(of("2026-03-02", ""), (Some(2026), vec![]));
    assert_eq!(of("2026-03-03", ""), (None, vec!["ADT-013"]));
    assert_eq!(of("1905-03-03", ""), (Some(1905), vec![]));
    assert_eq!(of("1905-03-02", ""), (None, vec!["ADT-011"]));
    assert_eq!(of("", ""), (None, vec![]));
    assert_eq!(of("2026-03-03", ID_NUMBER), (Some(1994), vec!["ADT-013"]));
    assert_eq!(of("1905-03-02", ID_NUMBER), (Some(1994), vec!["ADT-011"]));
    assert_eq!(of("1994-03-06", ID_NUMBER), (Some(1994), vec!["ADT-020"]));
    assert_eq!(of("", ID_NUMBER), (Some(1994), vec!["ADT-019"]));
    assert_eq!(of("1920-01-01", ID_NUMBER), (Some(1994), vec!["ADT-021"]));
}

#[test]
fn the_vault_keeps_an_id_number_and_birth_date_as_sent() {
    for (id_number, code) in [("940305500908", "ADT-017"), ("9403055009084", "ADT-018")] {
        let line = patient(&[("id_number", id_number), ("date_of_birth", "1905-03-02")]);
        assert_eq!(line.registered.patient.person_pseudonym, None);
        assert_eq!(line.registered.patient.birth_year, None);
        assert_eq!(codes(&line.registered.repairs), ["ADT-011", code]);
        assert_eq!(line.identity.id_number.as_deref(), Some(id_number));
        let born_on = line.identity.date_of_birth.map(|day| day.to_string());
        assert_eq!(born_on.as_deref(), Some("1905-03-02"));
    }
    assert!(patient(&[]).registered.patient.person_pseudonym.is_some());
}

#[test]
fn adt_022_a_sex_that_an_id_number_contradicts() {
    let of = |sex: &str, id_number: &str| {
        let said = [("sex", sex), ("id_number", id_number)];
        let registered = patient(&said).registered;
        (registered.patient.sex.clone(), codes(&registered.repairs))
    };
    assert_eq!(of("F", ID_NUMBER), (Some("M".to_owned()), vec!["ADT-022"]));
    assert_eq!(of("F", ""), (Some("F".to_owned()), vec![]));
    assert_eq!(of("U", ID_NUMBER), (Some("U".to_owned()), vec![]));
    assert_eq!(of("", ID_NUMBER), (None, vec![]));
}

#[test]
fn adt_012_a_time_that_is_no_day_of_the_warehouse() {
    for text in ["1900-12-31T23:59:59Z", "2300-01-01T00:00:00Z"] {
        assert_eq!(
            refused(&ENCOUNTERS, &[("discharged_at", text)]).0,
            "ADT-012"
        );
        assert_eq!(refused(&CHARGES, &[("charged_at", text)]).0, "ADT-012");
    }
}

#[test]
fn adt_014_an_encounter_that_does_not_tell_its_admission() {
    let extract = encounter(&[("admitted_at", "")]).extract;
    assert_eq!(
        (extract.admitted_at, codes(&extract.repairs)),
        (None, vec!["ADT-014"])
    );
}

#[test]
fn adt_015_a_time_after_the_extract_of_a_move_is_the_extracts_and_else_unknown() {
    let (taken, later) = ("2026-03-02T21:50:00Z", "2026-03-02T21:50:00.000001Z");
    for name in [
        "first_location_at",
        "last_location_left_at",
        "admitted_at",
        "discharged_at",
    ] {
        let at = |extract: &crate::extract::EncounterExtract| match name {
            "first_location_at" => extract.first_location_at,
            "last_location_left_at" => extract.last_location_left_at,
            "admitted_at" => extract.admitted_at,
            _ => extract.discharged_at,
        };
        // The other administrative time contradicts nothing.
        let other = ("discharged_at", "");
        let good = encounter(&[(name, taken), other]).extract;
        assert_eq!(at(&good), Some(extract().extracted_at), "{name}");
        assert_eq!(codes(&good.repairs), [] as [&str; 0], "{name}");
        let hit = encounter(&[(name, later), other]).extract;
        let is_move = name.contains("location");
        assert_eq!(
            at(&hit),
            is_move.then_some(extract().extracted_at),
            "{name}"
        );
        assert!(hit.repairs.contains(&&rule::FUTURE_TIME), "{name}");
    }
    let hit = clinical(&DIAGNOSES, &[("diagnosed_at", later)]);
    assert_eq!(
        (hit.values.last(), codes(&hit.repairs)),
        (Some(&None), vec!["ADT-015"])
    );
    let good = clinical(&DIAGNOSES, &[("diagnosed_at", taken)]);
    assert_eq!(codes(&good.repairs), [] as [&str; 0]);
}

#[test]
fn adt_016_a_discharge_before_the_admission() {
    let hit = encounter(&[("discharged_at", "2026-03-02T05:59:59.999999Z")]).extract;
    assert_eq!(
        (hit.discharged_at, codes(&hit.repairs)),
        (None, vec!["ADT-016"])
    );
    assert!(hit.admitted_at.is_some());
    let good = encounter(&[("discharged_at", "2026-03-02T06:00:00Z")]).extract;
    assert_eq!(codes(&good.repairs), [] as [&str; 0]);
    // An admission that is unknown, as it was yet to come, contradicts nothing.
    let hit = encounter(&[("admitted_at", "2026-03-03T06:00:00Z")]).extract;
    assert!(hit.discharged_at.is_some());
    assert_eq!(codes(&hit.repairs), ["ADT-014", "ADT-015"]);
}

#[test]
fn ehr_001_another_number_of_fields() {
    for kind in sent_by(Sender::Hospital) {
        let header = names(kind);
        let reader = reader(kind, &header);
        let line = fields(&header, &[]);
        let longer = [line.as_slice(), &["Canary"]].concat();
        for wrong in [&line[1..], &longer, &[]] {
            let refusal = reader.read(wrong).unwrap_err();
            assert_eq!((refusal.rule.code, refusal.field), ("EHR-001", None));
            assert_eq!(reader.patient_of(wrong), None, "nobody knows whose it is");
        }
    }
}

#[test]
fn ehr_002_a_line_number_is_a_whole_number_from_1() {
    for text in ["", " ", "0", "-1", "1.0", "one", "2147483648", "1e3"] {
        let said = refused(&DIAGNOSES, &[("line_number", text)]);
        assert_eq!(said, ("EHR-002", Some("line_number")), "{text}");
    }
    let line = clinical(&DIAGNOSES, &[("line_number", " 2147483647 ")]);
    assert_eq!(line.line_number, i32::MAX);
}

#[test]
fn ehr_003_a_number_or_truth_value_of_another_form() {
    for text in ["1.5", "1,000", "two", "9223372036854775808", "0x10", "1 0"] {
        let said = refused(&CHARGES, &[("quantity", text)]);
        assert_eq!(said, ("EHR-003", Some("quantity")), "{text}");
    }
    for text in ["True", "1", "yes", "f"] {
        let said = refused(&ENCOUNTERS, &[("died", text)]);
        assert_eq!(said, ("EHR-003", Some("died")), "{text}");
    }
    assert_eq!(encounter(&[("died", "")]).extract.died, None);
    assert_eq!(encounter(&[("died", " true ")]).extract.died, Some(true));
}

#[test]
fn ehr_005_nobodys_record() {
    for text in ["", " \t"] {
        let said = refused(&PEOPLE, &[("person_id", text)]);
        assert_eq!(said, ("EHR-005", Some("person_id")), "{text:?}");
    }
    // A patient may be of nobody known.
    let line = record(&HOSPITAL_PATIENTS, &[("person_id", "")]);
    assert_eq!((&line.values[0], &line.identity[1]), (&None, &None));
}
