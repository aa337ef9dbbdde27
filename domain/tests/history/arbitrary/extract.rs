//! What a hospital's daily extracts say of the one patient, beside its events.

use std::collections::BTreeSet;

use domain::extract::snapshot::State;
use domain::extract::{EncounterExtract, PatientSnapshot};
use proptest::prelude::*;
use uuid::Uuid;

use super::super::builder::encounter;
use super::super::builder::extract::{Extracted as _, extract};
use super::super::builder::snapshot::{Day, date, loaded, registration};
use super::{attributes, instant, location, number, optional, optional_time, text};

/// Days whose extracts there may be.
const DAYS: u8 = 5;

/// When the extract of each day was taken: in no order, and at times of events, too.
pub(super) fn extract_times() -> impl Strategy<Value = [i64; DAYS as usize]> {
    prop::array::uniform(number())
}

/// What the snapshots of some of the days say, in the order of days, as rows of silver.
pub(super) fn snapshots(
    taken: [i64; DAYS as usize],
) -> impl Strategy<Value = Vec<PatientSnapshot>> {
    let days = (1..=DAYS).map(|number| {
        let extracted_at = instant(taken[usize::from(number - 1)]);
        let day = (named(), prop::bool::weighted(0.8)).prop_map(move |(named, withdraws)| Day {
            date: date(number),
            extracted_at,
            named,
            withdraws,
        });
        prop::option::weighted(0.7, day).boxed()
    });
    let days: Vec<_> = days.collect();
    days.prop_map(|days| loaded(days.iter().flatten()))
}

/// A content that no event has, as the hash of everything that was sent is no other's; of two that
/// gold shows alike the hashes may differ.
fn named()
-> impl Strategy<Value = Option<State<std::sync::Arc<domain::extract::RegisteredPatient>>>> {
    let registered = (attributes(), 0..2_u128).prop_map(|(patient, other)| {
        let scheme = match patient.medical_scheme.as_deref() {
            None => 0,
            Some(scheme) if scheme == text(0) => 1,
            Some(_) => 2,
        };
        let content = scheme * 4 + u128::from(patient.sex.is_some()) * 2 + other;
        State::Registered(registration(content * 2 + 1, patient))
    });
    prop_oneof![
        3 => Just(None),
        1 => Just(Some(State::Unreadable)),
        6 => registered.prop_map(Some),
    ]
}

/// Up to seven extracts of encounters, of which no two have one encounter, day and content. One
/// encounter in four is of no event.
pub(super) fn encounters(
    taken: [i64; DAYS as usize],
) -> impl Strategy<Value = Vec<EncounterExtract>> {
    let one = (
        (1..=DAYS, 1..4_u128, 0..4_u8),
        (optional_time(), optional_time()),
        (optional_time(), optional_time()),
        location(),
        (optional(), optional(), optional()),
    );
    let one = one.prop_map(move |(key, located, administrative, location, facts)| {
        let (day, content, number) = key;
        extract(day).with(|it| {
            it.encounter_key = encounter(number);
            it.content_hash = Uuid::from_u128(content * 2);
            it.extracted_at = instant(taken[usize::from(day - 1)]);
            (it.first_location_at, it.last_location_left_at) = located;
            (it.admitted_at, it.discharged_at) = administrative;
            it.location = location;
            it.admission_type = facts.0.map(text);
            it.admission_source = facts.1.map(text);
            it.disposition = facts.2.map(text);
            it.died = facts.2.map(|n| n == 0);
        })
    });
    prop::collection::vec(one, 0..=7).prop_map(|mut extracts| {
        let mut seen = BTreeSet::new();
        extracts.retain(|it| seen.insert((it.encounter_key, it.extract_date, it.content_hash)));
        extracts
    })
}
