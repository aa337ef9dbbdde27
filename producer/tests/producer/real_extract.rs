//! The mapping on a published extract: the MIMIC-III demo, read here a second time and otherwise.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Once;

use domain::clean::Cleaner;
use domain::event::AdtEvent;
use domain::network::{BIDMC, Network};
use domain::pseudonym::PseudonymKey;
use domain::rule::Rule;
use domain::rule::record::AGE_ABOVE_120;
use producer::mimic::Extract;
use uuid::Uuid;

type CsvRow = HashMap<String, String>;

/// The folder of the demo; without `WARDFLOW_REAL_DATA` a line says that the test was not run.
pub(crate) fn demo() -> Option<PathBuf> {
    let Some(data) = std::env::var_os("WARDFLOW_REAL_DATA") else {
        static TOLD: Once = Once::new();
        TOLD.call_once(|| {
            eprintln!(
                "not run: WARDFLOW_REAL_DATA is not set, so there is no MIMIC-III demo to read"
            );
        });
        return None;
    };
    let dir = PathBuf::from(data).join("mimic-iii-demo");
    for file in [
        "ADMISSIONS.csv",
        "TRANSFERS.csv",
        "PATIENTS.csv",
        "SERVICES.csv",
    ] {
        assert!(
            dir.join(file).is_file(),
            "{} is missing; WARDFLOW_REAL_DATA must name the folder of the published data",
            dir.join(file).display()
        );
    }
    Some(dir)
}

struct Demo {
    events: Vec<AdtEvent>,
    admissions: Vec<CsvRow>,
    transfers: Vec<CsvRow>,
    services: Vec<CsvRow>,
    patients: Vec<CsvRow>,
}

fn read() -> Option<Demo> {
    let dir = demo()?;
    let table = |file: &str| -> Vec<CsvRow> {
        let mut reader = csv::Reader::from_path(dir.join(file)).unwrap();
        reader.deserialize().map(Result::unwrap).collect()
    };
    let extract = Extract::read(&dir).unwrap();
    assert_eq!(extract.refused(), []);
    assert_eq!(extract.open_encounter_count(), 0);
    Some(Demo {
        events: extract.events().collect(),
        admissions: table("ADMISSIONS.csv"),
        transfers: table("TRANSFERS.csv"),
        services: table("SERVICES.csv"),
        patients: table("PATIENTS.csv"),
    })
}

fn text(field: Option<&String>) -> &str {
    field.map_or("", String::as_str)
}

fn is(event: &AdtEvent, trigger: &str) -> bool {
    event.event_type.as_deref() == Some(trigger)
}

/// The extract's time as events have it.
fn rfc3339(time: &str) -> String {
    format!("{}Z", time.replace(' ', "T"))
}

#[test]
fn events_are_counted_by_trigger() {
    let Some(demo) = read() else { return };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for event in &demo.events {
        *counts.entry(text(event.event_type.as_ref())).or_default() += 1;
    }
    let expected = [("A01", 129), ("A02", 266), ("A03", 129), ("A08", 26)];
    assert_eq!(counts, BTreeMap::from(expected));
    assert_eq!(demo.events.len(), 550);
    let ids: BTreeSet<_> = demo.events.iter().map(|event| &event.event_id).collect();
    assert_eq!(ids.len(), 550);
    let encounters: BTreeSet<_> = demo
        .events
        .iter()
        .map(|event| &event.encounter_id)
        .collect();
    assert_eq!(encounters.len(), demo.admissions.len());
}

#[test]
fn events_are_in_order_and_numbered_within_their_encounter() {
    let Some(demo) = read() else { return };
    let order = |event: &AdtEvent| {
        let encounter = event.encounter_id.clone();
        (event.occurred_at.clone(), encounter, event.sequence)
    };
    assert!(demo.events.iter().map(order).is_sorted());
    let mut last: HashMap<&str, i64> = HashMap::new();
    for event in &demo.events {
        let number = last.entry(text(event.encounter_id.as_ref())).or_default();
        *number += 1;
        assert_eq!(event.sequence, Some(*number));
        assert_eq!(event.recorded_at, event.occurred_at);
    }
}

#[test]
fn every_encounter_was_where_transfers_says() {
    let Some(demo) = read() else { return };
    let mut expected: BTreeMap<&str, Vec<(String, String, String)>> = BTreeMap::new();
    for row in demo
        .transfers
        .iter()
        .filter(|row| row["eventtype"] != "discharge")
    {
        let stay = (
            rfc3339(&row["intime"]),
            rfc3339(&row["outtime"]),
            row["curr_wardid"].clone(),
        );
        expected.entry(&row["hadm_id"]).or_default().push(stay);
    }
    for stays in expected.values_mut() {
        stays.sort();
    }
    let mut found: BTreeMap<&str, Vec<(String, String, String)>> = BTreeMap::new();
    let moves = demo.events.iter().filter(|event| !is(event, "A08"));
    for event in moves {
        let stays = found.entry(text(event.encounter_id.as_ref())).or_default();
        let at = event.occurred_at.clone().unwrap();
        if let Some(last) = stays.last_mut() {
            last.1.clone_from(&at);
        }
        if !is(event, "A03") {
            let ward = event.location.clone().unwrap().ward.unwrap();
            stays.push((at, String::new(), ward));
        }
    }
    assert_eq!(found, expected);
    assert_eq!(found.values().map(Vec::len).sum::<usize>(), 395);
    let mut discharges = demo
        .transfers
        .iter()
        .filter(|row| row["eventtype"] == "discharge");
    assert!(discharges.all(|row| row["outtime"].is_empty()));
}

#[test]
fn departments_are_units_or_the_service_in_force() {
    let Some(demo) = read() else { return };
    let network = Network::parse(BIDMC).unwrap();
    let codes: BTreeSet<&str> = network.hospitals[0]
        .departments
        .iter()
        .map(|it| it.code.as_str())
        .collect();
    let mut in_units = 0;
    for event in demo
        .events
        .iter()
        .filter(|event| is(event, "A01") || is(event, "A02"))
    {
        let at = text(event.occurred_at.as_ref());
        let own = |row: &&CsvRow| row["hadm_id"] == text(event.encounter_id.as_ref());
        let row = demo
            .transfers
            .iter()
            .filter(own)
            .find(|row| rfc3339(&row["intime"]) == at);
        let unit = &row.unwrap()["curr_careunit"];
        let mut services: Vec<&CsvRow> = demo.services.iter().filter(own).collect();
        services.retain(|row| rfc3339(&row["transfertime"]).as_str() <= at);
        services.sort_by_key(|row| &row["transfertime"]);
        let service = services.last().unwrap()["curr_service"].clone();
        let location = event.location.clone().unwrap();
        let department = location.department_code.unwrap();
        assert_eq!(event.hospital_service.as_deref(), Some(service.as_str()));
        assert_eq!(
            department,
            if unit.is_empty() {
                service
            } else {
                unit.clone()
            }
        );
        assert!(
            codes.contains(department.as_str()),
            "{department} is in the network file"
        );
        in_units += usize::from(!unit.is_empty());
    }
    assert_eq!(in_units, 167);
}

#[test]
fn the_prior_place_is_that_of_the_interval_before() {
    let Some(demo) = read() else { return };
    let mut places = HashMap::new();
    let mut same_ward = 0;
    for event in demo.events.iter().filter(|event| !is(event, "A08")) {
        let before = places.insert(&event.encounter_id, event.location.clone());
        let before = before.flatten();
        assert_eq!(event.prior_location, before);
        assert_eq!(before.is_none(), is(event, "A01"));
        let ward = |place: &Option<domain::event::Location>| place.clone().and_then(|it| it.ward);
        same_ward += usize::from(is(event, "A02") && ward(&event.location) == ward(&before));
    }
    assert_eq!(same_ward, 65);
}

#[test]
fn administrative_times_are_those_of_admissions() {
    let Some(demo) = read() else { return };
    let rows: HashMap<&str, &CsvRow> = demo
        .admissions
        .iter()
        .map(|row| (row["hadm_id"].as_str(), row))
        .collect();
    let mut differing = BTreeSet::new();
    for event in &demo.events {
        let encounter = text(event.encounter_id.as_ref());
        let row = rows[encounter];
        assert_eq!(event.admitted_at, Some(rfc3339(&row["admittime"])));
        let discharged_at = is(event, "A03").then(|| rfc3339(&row["dischtime"]));
        assert_eq!(event.discharged_at, discharged_at);
        let differs = (is(event, "A01") && event.occurred_at != event.admitted_at)
            || (is(event, "A03") && event.occurred_at != event.discharged_at);
        if differs {
            differing.insert(encounter);
        }
    }
    assert_eq!(differing.len(), 127);
    let dated_ahead = |time: fn(&AdtEvent) -> &Option<String>| {
        let events = demo.events.iter();
        let ahead = events.filter(|event| *time(event) > event.recorded_at);
        ahead.count()
    };
    assert_eq!(dated_ahead(|event| &event.admitted_at), 8);
    assert_eq!(dated_ahead(|event| &event.discharged_at), 17);
}

/// The record rules hit the hidden ages and nothing else.
#[test]
fn hidden_ages_are_all_that_the_record_rules_hit() {
    let Some(demo) = read() else { return };
    let key = PseudonymKey::new(&[7; 32]).unwrap();
    let hospitals = Network::parse(BIDMC).unwrap().hospitals;
    let zones = hospitals.into_iter().map(|it| (it.code, it.time_zone));
    let cleaner = Cleaner::new(key, zones);
    let mut hidden = BTreeSet::new();
    for event in &demo.events {
        let born_on = event.identity.clone().unwrap().date_of_birth.unwrap();
        let year = |text: &str| text[..4].parse::<i32>().unwrap();
        let is_hidden = year(text(event.occurred_at.as_ref())) - year(&born_on) > 200;
        let record = cleaner.clean(event, Uuid::nil()).unwrap().record;
        let expected: &[&Rule] = if is_hidden { &[&AGE_ABOVE_120] } else { &[] };
        assert_eq!(record.repairs, expected);
        hidden.extend(is_hidden.then(|| event.encounter_id.clone()));
    }
    assert_eq!(hidden.len(), 9);
}

#[test]
fn demographics_are_on_every_event() {
    let Some(demo) = read() else { return };
    let filled = |value: &str| (!value.is_empty()).then(|| value.to_owned());
    for event in &demo.events {
        let own = |row: &&CsvRow| row["hadm_id"] == text(event.encounter_id.as_ref());
        let admission = demo.admissions.iter().find(own).unwrap();
        let patient = demo.patients.iter();
        let patient = patient
            .clone()
            .find(|row| row["subject_id"] == admission["subject_id"]);
        let patient = patient.unwrap();
        assert_eq!(event.patient_id.as_ref(), Some(&admission["subject_id"]));
        assert_eq!(event.sex, filled(&patient["gender"]));
        assert_eq!(event.medical_scheme, filled(&admission["insurance"]));
        assert_eq!(event.home_language, filled(&admission["language"]));
        assert_eq!(event.religion, filled(&admission["religion"]));
        assert_eq!(event.marital_status, filled(&admission["marital_status"]));
        assert_eq!(event.ethnicity, filled(&admission["ethnicity"]));
        assert_eq!(event.admission_type, filled(&admission["admission_type"]));
        assert_eq!(
            event.admission_source,
            filled(&admission["admission_location"])
        );
        let disposition = filled(&admission["discharge_location"]).filter(|_| is(event, "A03"));
        assert_eq!(event.discharge_disposition, disposition);
        let identity = event.identity.clone().unwrap();
        assert_eq!(identity.date_of_birth.as_deref(), patient["dob"].get(..10));
    }
    let blank = |column: &str| {
        demo.admissions
            .iter()
            .filter(|row| row[column].is_empty())
            .count()
    };
    assert_eq!(
        [
            blank("language"),
            blank("marital_status"),
            blank("religion")
        ],
        [48, 16, 1]
    );
}

#[test]
fn death_is_told_by_the_discharge_alone() {
    let Some(demo) = read() else { return };
    let mut deaths = 0;
    let mut after_discharge = 0;
    for event in &demo.events {
        let deceased_at = event.identity.clone().unwrap().deceased_at;
        assert_eq!(event.died.is_some(), is(event, "A03"));
        assert_eq!(deceased_at.is_some(), event.died == Some(true));
        if let Some(deceased_at) = deceased_at {
            let own = |row: &&CsvRow| row["hadm_id"] == text(event.encounter_id.as_ref());
            let row = demo.admissions.iter().find(own).unwrap();
            assert_eq!(deceased_at, rfc3339(&row["deathtime"]));
            deaths += 1;
            after_discharge += usize::from(Some(deceased_at) > event.discharged_at);
        }
    }
    assert_eq!((deaths, after_discharge), (40, 1));
}
