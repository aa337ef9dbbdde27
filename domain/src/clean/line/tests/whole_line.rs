//! What holds of a line as a whole, whatever the rules say of its fields.

use super::*;
use crate::extract::Form;

#[test]
fn no_message_shows_a_value() {
    let values = [
        ID_NUMBER,
        "1980-01-01",
        "Ndlovu",
        "082 555 0173",
        "Nd\0lovu",
        "7h",
    ];
    for kind in sent_by(Sender::Hospital) {
        for name in names(kind) {
            for value in values {
                let Err(refusal) = read(kind, &[(name, value)]) else {
                    continue;
                };
                let told = format!("{refusal} {refusal:?}");
                assert!(!told.contains(value), "{} {name}: {told}", kind.name);
            }
        }
    }
}

#[test]
fn white_space_around_a_value_goes() {
    for kind in sent_by(Sender::Hospital) {
        let header = names(kind);
        let reader = reader(kind, &header);
        let plain = fields(&header, &[]);
        let padded: Vec<String> = plain
            .iter()
            .map(|text| format!(" \t{text}\u{a0} "))
            .collect();
        let padded: Vec<&str> = padded.iter().map(String::as_str).collect();
        let (plain, padded) = (reader.read(&plain).unwrap(), reader.read(&padded).unwrap());
        assert_eq!(padded.member(), plain.member());
        assert_ne!(
            padded.content_hash(),
            plain.content_hash(),
            "it was sent otherwise"
        );
        match (plain, padded) {
            (Line::Patient(plain), Line::Patient(padded)) => {
                assert_eq!(padded.registered.patient, plain.registered.patient);
                assert!(padded.identity == plain.identity);
            }
            (Line::Encounter(plain), Line::Encounter(mut padded)) => {
                padded.extract.content_hash = plain.extract.content_hash;
                assert_eq!(padded.extract, plain.extract);
            }
            (Line::Clinical(plain), Line::Clinical(padded)) => {
                assert_eq!(padded.values, plain.values);
                assert_eq!(padded.encounter_key, plain.encounter_key);
            }
            (Line::Record(plain), Line::Record(padded)) => {
                assert_eq!(padded.values, plain.values);
                assert!(padded.identity == plain.identity);
            }
            _ => panic!("one kind, one meaning"),
        }
    }
}

#[test]
fn columns_in_another_order_and_undescribed_ones_give_the_same_line() {
    for kind in sent_by(Sender::Hospital) {
        let header = names(kind);
        let expected = reader(kind, &header).read(&fields(&header, &[])).unwrap();
        let mut other: Vec<&str> = header.iter().rev().copied().collect();
        other.insert(2, "note");
        other.push("");
        for note in ["", "Canary", "a\0b"] {
            let line = fields(&other, &[("note", note)]);
            let read = reader(kind, &other).read(&line).unwrap();
            assert_eq!(
                format!("{read:?}"),
                format!("{expected:?}"),
                "{}",
                kind.name
            );
            assert_eq!(
                read.content_hash(),
                expected.content_hash(),
                "{}",
                kind.name
            );
        }
    }
}

#[test]
fn each_described_column_tells_in_the_hash_also_where_it_is_empty() {
    for kind in sent_by(Sender::Hospital) {
        let mut hashes = std::collections::BTreeSet::new();
        hashes.insert(read(kind, &[]).unwrap().content_hash());
        for (name, expected) in names(kind).into_iter().zip(2..) {
            // Good in every form, and in none what it is else.
            let other = ["2001-01-01", "2026-03-02T06:15:00Z", "true", "17", "ALEX"];
            let lines = other
                .iter()
                .filter_map(|value| read(kind, &[(name, value)]).ok());
            let line = lines.into_iter().next();
            hashes.insert(line.unwrap_or_else(|| panic!("{name}")).content_hash());
            assert_eq!(hashes.len(), expected, "{} {name}", kind.name);
        }
    }
    let empty = |name| clinical(&DIAGNOSES, &[(name, "")]).content_hash;
    assert_ne!(empty("icd10"), empty("diagnosed_at"));
    // A value in the neighbouring column is another content.
    let of = |said: &[(&str, &str)]| clinical(&DIAGNOSES, said).content_hash;
    let (code, text) = ([("icd10", "x")], [("icd10", ""), ("description", "x")]);
    assert_ne!(of(&code), of(&text));
}

#[test]
fn the_same_fields_of_a_patient_judged_otherwise_are_another_content() {
    let header = names(&PATIENTS);
    let layout = Layout::of(&PATIENTS, 1, header.iter().copied()).unwrap();
    let line = fields(
        &header,
        &[("date_of_birth", "2026-03-03"), ("id_number", "")],
    );
    let hash = |date: &str| {
        let extract = Extract {
            date: date.parse().unwrap(),
            ..extract()
        };
        let reader = LineReader::new(&cleaner(), &extract, layout.clone()).unwrap();
        reader.read(&line).unwrap().content_hash()
    };
    assert_ne!(
        hash("2026-03-02"),
        hash("2026-03-03"),
        "born tomorrow, and today"
    );
    assert_eq!(hash("2026-03-03"), hash("2026-03-04"));
}

#[test]
fn debug_prints_nobody() {
    const CANARIES: [&str; 6] = [
        ID_NUMBER,
        "P-10006",
        "E-142345",
        "Canary",
        "082 555 0173",
        "S-77",
    ];
    for kind in sent_by(Sender::Hospital) {
        let header = names(kind);
        let said: Vec<(&str, &str)> = kind
            .columns(1)
            .unwrap()
            .iter()
            .filter(|column| column.form == Form::Identity && column.name != "id_number")
            .map(|column| (column.name, "Canary"))
            .chain([("next_of_kin_phone", "082 555 0173")])
            .collect();
        let reader = reader(kind, &header);
        let line = reader.read(&fields(&header, &said)).unwrap();
        let shown = format!("{line:?} {reader:?}");
        for canary in CANARIES {
            assert!(!shown.contains(canary), "{}: {shown}", kind.name);
        }
        // The birth year is told, the day is not.
        assert!(!shown.contains("1994-03-05"), "{}: {shown}", kind.name);
    }
}
