//! `generators people`.

use crate::command::{Workplace, sha256, succeeded};

#[test]
fn threads_repetition_and_compression_do_not_show() {
    let place = Workplace::new();
    let people = "people --count 30000 --seed 42 --start 2026-03-02";
    for (out, further) in [
        ("one", "--threads 1"),
        ("two", "--threads 2"),
        ("seven", "--threads 7"),
        ("again", "--threads 2"),
        ("packed", "--threads 2 --compress zstd"),
        ("packed-by-one", "--threads 1 --compress zstd"),
    ] {
        succeeded(&place.run(&format!("{people} {further} --out {out}")));
    }
    let expected = [
        "again",
        "one",
        "packed-by-one.zst",
        "packed.zst",
        "seven",
        "two",
    ];
    assert_eq!(place.names(), expected);
    let plain = place.read("one");
    for name in ["two", "seven", "again"] {
        assert_eq!(sha256(&place.read(name)), sha256(&plain), "{name}");
    }
    let packed = place.read("packed.zst");
    assert!(packed.len() < plain.len() / 2);
    assert_eq!(packed, place.read("packed-by-one.zst"));
    let unpacked = zstd::stream::decode_all(packed.as_slice()).unwrap();
    assert_eq!(sha256(&unpacked), sha256(&plain));
}

#[test]
fn what_is_told_of_the_file_is_true() {
    let place = Workplace::new();
    for (further, name) in [("", "p.csv"), ("--compress zstd", "p.csv.zst")] {
        let output = place.run(&format!("people --count 5000 --json --out p.csv {further}"));
        succeeded(&output);
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let plain = if name == "p.csv" {
            place.read(name)
        } else {
            zstd::stream::decode_all(place.read(name).as_slice()).unwrap()
        };
        assert_eq!(told[0]["name"], "p.csv");
        assert_eq!(told[0]["rows"], 5_000);
        assert_eq!(told[0]["bytes"], plain.len());
        assert_eq!(told[0]["sha256"], sha256(&plain).as_str());
        let lines = String::from_utf8(plain).unwrap();
        assert_eq!(lines.lines().count(), 5_001);
    }
}

#[test]
fn a_file_that_is_there_is_replaced_whole() {
    let place = Workplace::new();
    succeeded(&place.run("people --count 9000 --out p.csv"));
    succeeded(&place.run("people --count 10 --out p.csv"));
    assert_eq!(place.names(), ["p.csv"]);
    let lines = String::from_utf8(place.read("p.csv")).unwrap();
    assert_eq!(lines.lines().count(), 11);
}

#[test]
fn environment_variables_stand_for_flags() {
    let place = Workplace::new();
    let mut command = place.command("people --count 1000 --out by-environment");
    command
        .env("SIMULATION_SEED", "7")
        .env("SIMULATION_START", "2025-01-31");
    succeeded(&command.output().unwrap());
    succeeded(&place.run("people --count 1000 --seed 7 --start 2025-01-31 --out by-flags"));
    succeeded(&place.run("people --count 1000 --seed 8 --start 2025-01-31 --out others"));
    assert_eq!(place.read("by-environment"), place.read("by-flags"));
    assert_ne!(place.read("by-flags"), place.read("others"));
}

/// The file that every release writes for these arguments, on any machine. Where people change on
/// purpose, the changelog says so, and this is replaced.
#[test]
fn ten_thousand_people_are_those_of_always() {
    let place = Workplace::new();
    succeeded(&place.run("people --count 10000 --seed 42 --start 2026-03-02 --out p.csv"));
    let digest = sha256(&place.read("p.csv"));
    assert_eq!(
        digest,
        "0dd900b6240afa32e80fc60969049c2ea67137830f679980c6078fa17dfaa922"
    );
}
