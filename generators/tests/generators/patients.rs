//! `generators patients`.

use std::collections::{HashMap, HashSet};

use crate::command::{Workplace, complaint, sha256, succeeded};

const SCALE: &str = "--people 20000 --patients 6000 --seed 42 --start 2026-03-02";

fn records(place: &Workplace, name: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_path(place.path(name)).unwrap();
    reader.records().collect::<Result<_, _>>().unwrap()
}

#[test]
fn patients_are_people_of_the_same_arguments() {
    let place = Workplace::new();
    succeeded(&place.run(&format!("patients {SCALE} --out patients.csv")));
    succeeded(&place.run("people --count 20000 --seed 42 --start 2026-03-02 --out people.csv"));
    let born_on: HashMap<String, String> = records(&place, "people.csv")
        .iter()
        .map(|it| (it[0].to_owned(), it[5].to_owned()))
        .collect();
    let header = String::from_utf8(place.read("patients.csv")).unwrap();
    assert_eq!(
        header.lines().next().unwrap(),
        "patient_id,person_id,hospital_code,registered_on,blood_type,medical_scheme,\
         next_of_kin_phone,chronic_conditions"
    );
    let patients = records(&place, "patients.csv");
    assert_eq!(patients.len(), 6_000);
    let mut ids = HashSet::new();
    let mut people = HashSet::new();
    let mut blood_types: HashMap<&str, &str> = HashMap::new();
    for patient in &patients {
        let hospital = &patient[2];
        assert!(
            ids.insert((hospital, &patient[0])),
            "{hospital}: a number twice"
        );
        assert!(
            people.insert((hospital, &patient[1])),
            "{hospital}: a person twice"
        );
        let registered_on = &patient[3];
        assert!(born_on[&patient[1]].as_str() <= registered_on && registered_on <= "2026-03-02");
        assert_eq!(
            *blood_types.entry(&patient[1]).or_insert(&patient[4]),
            &patient[4]
        );
        assert!(patient[6].starts_with("+2700") && patient[6].len() == 12);
        let conditions: Vec<&str> = patient[7].split(';').collect();
        assert!(
            conditions.is_sorted_by(|one, next| one < next),
            "{conditions:?}"
        );
    }
    assert!(
        blood_types.len() < 6_000,
        "nobody is registered at two hospitals"
    );
    let network = domain::network::Network::parse(domain::network::JOHANNESBURG).unwrap();
    let in_order: Vec<&str> = network
        .hospitals
        .iter()
        .map(|it| it.code.as_str())
        .collect();
    let mut met: Vec<&str> = patients.iter().map(|it| &it[2]).collect();
    met.dedup();
    assert_eq!(met, in_order);
    let of_first = patients.iter().filter(|it| &it[2] == in_order[0]);
    assert!(of_first.map(|it| &it[0]).is_sorted(), "by their numbers");
}

#[test]
fn threads_and_compression_do_not_show() {
    let place = Workplace::new();
    for (out, further) in [
        ("one", "--threads 1"),
        ("two", "--threads 2"),
        ("packed", "--compress zstd"),
    ] {
        succeeded(&place.run(&format!("patients {SCALE} {further} --out {out}")));
    }
    let digest = sha256(&place.read("one"));
    assert_eq!(sha256(&place.read("two")), digest);
    let packed = place.read("packed.zst");
    assert_eq!(
        sha256(&zstd::stream::decode_all(packed.as_slice()).unwrap()),
        digest
    );
}

#[test]
fn a_network_of_ones_own_is_read_or_its_line_is_told() {
    let place = Workplace::new();
    let network = domain::network::JOHANNESBURG;
    std::fs::write(place.path("good.toml"), network).unwrap();
    succeeded(&place.run(&format!(
        "patients {SCALE} --network good.toml --out own.csv"
    )));
    succeeded(&place.run(&format!("patients {SCALE} --out default.csv")));
    assert_eq!(place.read("own.csv"), place.read("default.csv"));
    let bad = network.replacen(
        "time_zone = \"Africa/Johannesburg\"",
        "time_zone = \"Atlantis\"",
        1,
    );
    let line = 1 + bad.lines().position(|it| it.contains("Atlantis")).unwrap();
    std::fs::write(place.path("bad.toml"), bad).unwrap();
    for (name, words) in [
        (
            "bad.toml",
            format!("the network file bad.toml: TOML parse error at line {line}"),
        ),
        (
            "none.toml",
            "the network file none.toml cannot be read".to_owned(),
        ),
    ] {
        let told = complaint(&place.run(&format!("patients {SCALE} --network {name} --out p.csv")));
        assert!(told.contains(&words), "{told}");
    }
    assert!(!place.names().contains(&"p.csv".to_owned()));
}

#[test]
fn more_patients_than_people_near_are_refused() {
    let place = Workplace::new();
    for (arguments, words) in [
        ("--people 100 --patients 701", "701 patients are too many"),
        ("--people 100 --patients 0", "give a count of 1 or more"),
        ("--people 0", "give a count of 1 or more"),
    ] {
        let told = complaint(&place.run(&format!("patients {arguments}")));
        assert!(told.contains(words), "{told}");
    }
    succeeded(&place.run("patients --people 100 --patients 700"));
    assert_eq!(place.names(), ["hospital_patients.csv"]);
}
