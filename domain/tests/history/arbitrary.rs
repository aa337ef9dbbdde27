//! Record sets drawn from small domains, so that ties, conflicts and repeats are frequent. The tests
//! of `database` take them in by `#[path]`, too.

#[path = "arbitrary/extract.rs"]
mod extract;

use std::collections::BTreeSet;
use std::fmt::Debug;

use chrono::{DateTime, Utc};
use domain::history::{DepartmentVersion, Departments};
use domain::record::{AdtRecord, PatientAttributes, Place, Trigger};
use proptest::prelude::*;
use uuid::Uuid;

use super::builder::{HOSPITAL, PATIENT, encounter, event};
use super::silver::Silver;

/// As many cases as the test says, or more where `PROPTEST_CASES` asks for them.
pub(super) fn cases(at_least: u32) -> ProptestConfig {
    let config = ProptestConfig::default();
    ProptestConfig {
        cases: config.cases.max(at_least),
        failure_persistence: None,
        ..config
    }
}

/// Seven instants around 1970: before it and after, at full seconds and between, a microsecond
/// apart and more.
fn instant(index: i64) -> DateTime<Utc> {
    const MICROS: [i64; 7] = [-1_500_000, -1, 0, 1, 999_999, 1_000_000, 2_000_000];
    let index = usize::try_from(index).expect("drawn from 0 on") % MICROS.len();
    DateTime::from_timestamp_micros(MICROS[index]).expect("within chrono's range")
}

/// The departments that records drawn here may name: `D0` known always, `D1` in two versions, `D2`
/// from the middle on; `D3` is never known. All but `D1` have a ward.
pub(crate) fn departments() -> Departments {
    let mut departments = Departments::default();
    for (code, key, valid_from) in [
        ("D2", 20, Some(instant(3))),
        ("D1", 11, Some(instant(3))),
        ("D1", 10, None),
        ("D0", 0, None),
    ] {
        let version = DepartmentVersion {
            department_key: Uuid::from_u128(0xD00 + key),
            valid_from,
        };
        departments.add(HOSPITAL, code, version);
    }
    departments.add_ward(HOSPITAL, "D0", &text(0), 3);
    departments.add_ward(HOSPITAL, "D2", &text(1), 1);
    departments.add_ward(HOSPITAL, "D3", &text(1), 1);
    departments
}

fn text(number: i64) -> String {
    format!("value {number}")
}

fn number() -> impl Strategy<Value = i64> {
    0..7_i64
}

/// NULL as often as each of two values.
fn optional() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![Just(None), Just(Some(0)), Just(Some(1))]
}

/// NULL half of the time, so that the last value is often not the last record's.
fn optional_time() -> impl Strategy<Value = Option<DateTime<Utc>>> {
    prop_oneof![Just(None), number().prop_map(|n| Some(instant(n)))]
}

fn trigger() -> impl Strategy<Value = Trigger> {
    prop_oneof![
        2 => Just(Trigger::Admit),
        4 => Just(Trigger::Transfer),
        2 => Just(Trigger::Discharge),
        1 => Just(Trigger::Update),
    ]
}

fn location() -> impl Strategy<Value = Place> {
    let department = prop_oneof![1 => Just(None), 6 => (0..4_i64).prop_map(Some)];
    (department, optional(), bed()).prop_map(|(department, ward, bed)| Place {
        department_code: department.map(|n| format!("D{n}")),
        ward: ward.map(text),
        bed,
    })
}

/// A bed that some ward has, in two ways, one that none has, and what is no number.
fn bed() -> impl Strategy<Value = Option<String>> {
    let beds = ["1", "003", "4", "0", "+1", "0000000001", ""];
    let bed = (0..beds.len()).prop_map(move |place| beds[place].to_owned());
    prop_oneof![1 => Just(None), 2 => bed.prop_map(Some)]
}

fn attributes() -> impl Strategy<Value = PatientAttributes> {
    (optional(), any::<bool>()).prop_map(|(scheme, female)| PatientAttributes {
        medical_scheme: scheme.map(text),
        sex: female.then(|| "F".to_owned()),
        ..PatientAttributes::default()
    })
}

/// Any record of the one patient.
fn record() -> impl Strategy<Value = AdtRecord> {
    let identity = (
        0..9_u8,
        1..4_u128,
        prop_oneof![1 => Just(None), 9 => (0..2_u8).prop_map(Some)],
    );
    let order = (number(), 0..3_i64, optional());
    let administration = (
        optional_time(),
        optional_time(),
        optional(),
        optional(),
        optional(),
    );
    let person = (
        optional(),
        prop_oneof![Just(None), (-1..90_i32).prop_map(Some)],
    );
    (
        identity,
        order,
        trigger(),
        location(),
        attributes(),
        administration,
        person,
    )
        .prop_map(
            |(identity, order, trigger, location, patient, administration, person)| AdtRecord {
                patient_pseudonym: PATIENT,
                event_id: event(identity.0),
                // Even, as those of encounters; those of snapshots are odd.
                content_hash: Uuid::from_u128(identity.1 * 2),
                encounter_key: identity.2.map(encounter),
                trigger,
                occurred_at: instant(order.0),
                recorded_at: instant(order.1),
                // None, -1 or 0: a missing one comes first, also before a negative one.
                sequence: order.2.map(|n| n - 1),
                admitted_at: administration.0,
                discharged_at: administration.1,
                source_system: None,
                hospital_code: HOSPITAL.to_owned(),
                location,
                prior_location: Place::default(),
                hospital_service: administration.2.map(text),
                attending_staff_pseudonym: None,
                admission_type: administration.3.map(text),
                admission_source: administration.4.map(text),
                discharge_disposition: person.0.map(text),
                died: person.0.map(|n| n == 0),
                age_at_admission_years: person.1,
                patient: PatientAttributes {
                    // Extracts tell nothing of it.
                    religion: order.2.map(text),
                    ..patient
                },
                repairs: Vec::new(),
            },
        )
}

/// Records of which no two have one (event id, content hash).
fn events(at_most: usize) -> impl Strategy<Value = Vec<AdtRecord>> {
    prop::collection::vec(record(), 0..=at_most).prop_map(|mut records| {
        let mut seen = BTreeSet::new();
        records.retain(|record| seen.insert((record.event_id, record.content_hash)));
        records
    })
}

/// A silver set: of events alone, of extracts alone, or of both.
pub(crate) fn silver() -> impl Strategy<Value = Silver> {
    let events = prop_oneof![1 => events(0), 4 => events(14), 4 => events(5)];
    (events, extract::extract_times()).prop_flat_map(|(events, taken)| {
        let extracted = (extract::snapshots(taken), extract::encounters(taken));
        let extracted = prop_oneof![1 => Just((vec![], vec![])), 3 => extracted];
        extracted.prop_map(move |(snapshots, encounters)| Silver {
            events: events.clone(),
            snapshots,
            encounters,
        })
    })
}

/// A silver set and the same in another order, each row of it one to three times.
pub(super) fn silver_and_delivery() -> impl Strategy<Value = (Silver, Silver)> {
    silver().prop_flat_map(|silver| {
        let delivered = (
            delivered(silver.events.clone()),
            delivered(silver.snapshots.clone()),
            delivered(silver.encounters.clone()),
        );
        let delivered = delivered.prop_map(|(events, snapshots, encounters)| Silver {
            events,
            snapshots,
            encounters,
        });
        (Just(silver), delivered)
    })
}

fn delivered<R: Clone + Debug>(rows: Vec<R>) -> impl Strategy<Value = Vec<R>> {
    prop::collection::vec(1..=3_usize, rows.len())
        .prop_map(move |times| {
            let copies = rows.iter().cloned().zip(times);
            copies
                .flat_map(|(row, times)| std::iter::repeat_n(row, times))
                .collect()
        })
        .prop_shuffle()
}
