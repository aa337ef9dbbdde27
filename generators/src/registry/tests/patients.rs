//! Who is registered where, and what is known of them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use domain::network::{BIDMC, JOHANNESBURG, Network};

use crate::calendar::DAY_SECONDS;
use crate::population::Population;
use crate::registry::{Patient, Registry, RegistryError};

const START: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
const PEOPLE: u64 = 100_000;
const PATIENTS: u64 = 40_000;

fn population() -> Population {
    Population::new(42, START, PEOPLE).unwrap()
}

fn network() -> Network {
    Network::parse(JOHANNESBURG).unwrap()
}

fn patients<'r>(registry: &'r Registry<'_>) -> impl Iterator<Item = Patient<'r>> {
    let hospitals = 0..registry.hospitals();
    hospitals.flat_map(move |hospital| {
        (0..registry.size(hospital)).map(move |number| registry.patient(hospital, number))
    })
}

fn id(patient: &Patient<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    patient.write_id(&mut out);
    out
}

#[test]
fn each_person_is_registered_once_a_hospital_and_some_at_two() {
    let (population, network) = (population(), network());
    let registry = Registry::new(&population, &network, PATIENTS).unwrap();
    let sizes = (0..registry.hospitals()).map(|it| registry.size(it));
    assert_eq!(sizes.clone().sum::<u64>(), PATIENTS);
    assert!(
        sizes.clone().all(|size| size > 0),
        "{:?}",
        sizes.collect::<Vec<_>>()
    );
    let mut seen: HashSet<(usize, u64)> = HashSet::new();
    let mut numbers: HashSet<(usize, Vec<u8>)> = HashSet::new();
    let mut blood_types: HashMap<u64, &str> = HashMap::new();
    let mut at_two = 0;
    for patient in patients(&registry) {
        let row = patient.person().row();
        assert!(seen.insert((patient.hospital(), row)));
        assert!(numbers.insert((patient.hospital(), id(&patient))));
        if let Some(before) = blood_types.insert(row, patient.blood_type) {
            assert_eq!(before, patient.blood_type);
            at_two += 1;
        }
    }
    println!("{at_two} of {PATIENTS} patient records are of people with another one");
    assert!((PATIENTS / 100..PATIENTS / 5).contains(&at_two), "{at_two}");
}

#[test]
fn most_patients_live_near_their_hospital() {
    let (population, network) = (population(), network());
    let registry = Registry::new(&population, &network, PATIENTS).unwrap();
    let [mut same_municipality, mut same_province] = [0, 0];
    for patient in patients(&registry) {
        let hospital = &network.hospitals[patient.hospital()];
        let home = patient.person().address.suburb;
        let is_near = hospital.municipality.as_ref() == Some(&home.municipality);
        same_municipality += u64::from(is_near);
        same_province += u64::from(hospital.province.as_ref() == Some(&home.province));
    }
    let percent = |count: u64| count * 100 / PATIENTS;
    println!(
        "{} % live in their hospital's municipality, {} % in its province",
        percent(same_municipality),
        percent(same_province)
    );
    // A quarter of all people live in Gauteng, where all seven hospitals are.
    assert!(percent(same_province) > 50);
}

#[test]
fn who_is_registered_was_born_and_it_is_before_the_start() {
    let (population, network) = (population(), network());
    let registry = Registry::new(&population, &network, PATIENTS).unwrap();
    for patient in patients(&registry) {
        let registered_on = patient.registered_on;
        assert!(patient.person().born_on() <= registered_on, "{patient:?}");
        assert!(registered_on <= START, "{patient:?}");
    }
}

#[test]
fn two_in_a_hundred_records_change_on_a_day() {
    let (population, network) = (population(), network());
    let registry = Registry::new(&population, &network, PATIENTS).unwrap();
    let mut changes = 0;
    for hospital in 0..registry.hospitals() {
        for number in 0..registry.size(hospital) {
            let of_days = changes_of(&registry, (hospital, number), 9);
            changes += of_days.count();
        }
    }
    let percent = 100.0 * f64::from(u32::try_from(changes).unwrap()) / f64::from(40_000 * 9);
    println!("{percent:.2} % of the records change on a day");
    assert!((1.9..2.1).contains(&percent), "{percent}");
}

#[test]
fn a_change_shows_in_the_record_and_stays() {
    let (population, network) = (population(), network());
    let registry = Registry::new(&population, &network, PATIENTS).unwrap();
    let text = |patient: &Patient<'_>| {
        let mut out = Vec::new();
        patient.address.write_street(&mut out);
        patient.phone.write(&mut out);
        out.extend_from_slice(patient.medical_scheme.as_bytes());
        out.extend_from_slice(patient.marital_status.as_bytes());
        patient.write_conditions(&mut out);
        out
    };
    let [mut with_change, mut differ] = [0_u32, 0];
    for number in 0..registry.size(0) {
        let at = |seconds| text(&registry.patient(0, number).after(seconds));
        assert_eq!(at(0), text(&registry.patient(0, number)));
        let Some(changed_at) = changes_of(&registry, (0, number), 2).next() else {
            assert_eq!(at(2 * DAY_SECONDS - 1), at(0));
            continue;
        };
        assert_eq!(at(changed_at - 1), at(0));
        with_change += 1;
        differ += u32::from(at(changed_at) != at(0));
    }
    // Some changes are to what was there before: a scheme, a status, a condition drawn again.
    println!("{differ} of {with_change} changes show");
    assert!(with_change > 100 && differ > with_change / 2);
}

#[test]
fn other_seeds_register_others_under_other_numbers() {
    let network = network();
    let (one, other) = (population(), Population::new(43, START, PEOPLE).unwrap());
    let (one, other) = (
        Registry::new(&one, &network, PATIENTS).unwrap(),
        Registry::new(&other, &network, PATIENTS).unwrap(),
    );
    assert_ne!(id(&one.patient(0, 0)), id(&other.patient(0, 0)));
}

#[test]
fn what_cannot_be_registered_is_refused() {
    let (population, mut network) = (population(), network());
    let refused =
        |network: &Network, count| Registry::new(&population, network, count).unwrap_err();
    assert!(matches!(refused(&network, 0), RegistryError::Empty));
    let RegistryError::TooMany { possible, .. } = refused(&network, u64::MAX) else {
        panic!("another error");
    };
    assert_eq!(possible, 7 * PEOPLE);
    assert!(Registry::new(&population, &network, possible).is_ok());
    for hospital in &mut network.hospitals {
        hospital
            .departments
            .iter_mut()
            .for_each(|it| it.wards.clear());
    }
    assert!(matches!(refused(&network, 1), RegistryError::NoBeds));
}

/// Its hospital is in no province of South Africa, so that all live far away.
#[test]
fn a_hospital_of_another_country_has_patients_too() {
    let (population, network) = (population(), Network::parse(BIDMC).unwrap());
    match Registry::new(&population, &network, 1_000) {
        Ok(registry) => assert_eq!(registry.size(0), 1_000),
        Err(error) => assert!(matches!(error, RegistryError::NoBeds), "{error}"),
    }
}

/// When anything of a record changes within so many days, in seconds from the start.
fn changes_of<'r>(
    registry: &'r Registry<'_>,
    (hospital, number): (usize, u64),
    days: i64,
) -> impl Iterator<Item = i64> + use<'r> {
    let of_days = registry.changes(hospital, number, (0, days * DAY_SECONDS));
    of_days.map(|it| it.at_seconds)
}
