//! A longer history of a patient, made of a short one.

use chrono::{DateTime, TimeDelta, Utc};
use domain::record::AdtRecord;
use uuid::Uuid;

/// How many times as long.
pub(super) const TIMES: usize = 10;

/// Between what was last told of a copy and what is first told of the next one.
const BETWEEN: TimeDelta = TimeDelta::days(1);

/// The same records again and again, one copy after the other: each copy of an event is another one, and each copy of
/// an encounter as well.
pub(super) fn grown(records: &[AdtRecord]) -> Vec<AdtRecord> {
    let copies = i32::try_from(TIMES).unwrap_or(i32::MAX);
    let length = length(records) + BETWEEN;
    (0..copies)
        .flat_map(|number| {
            let records = records.iter().cloned();
            records.map(move |record| copy(record, number, length * number))
        })
        .collect()
}

/// From the first to the last time that is told.
fn length(records: &[AdtRecord]) -> TimeDelta {
    let times = || records.iter().flat_map(times);
    let (first, last) = (times().min(), times().max());
    first
        .zip(last)
        .map_or(TimeDelta::zero(), |(first, last)| last - first)
}

fn times(record: &AdtRecord) -> impl Iterator<Item = DateTime<Utc>> {
    let told = [record.occurred_at, record.recorded_at];
    let perhaps = [record.admitted_at, record.discharged_at];
    told.into_iter().chain(perhaps.into_iter().flatten())
}

fn copy(record: AdtRecord, number: i32, later: TimeDelta) -> AdtRecord {
    let id = |it: Uuid| Uuid::from_u128(it.as_u128() ^ mask(number));
    AdtRecord {
        event_id: id(record.event_id),
        content_hash: id(record.content_hash),
        encounter_key: record.encounter_key.map(id),
        occurred_at: record.occurred_at + later,
        recorded_at: record.recorded_at + later,
        admitted_at: record.admitted_at.map(|at| at + later),
        discharged_at: record.discharged_at.map(|at| at + later),
        ..record
    }
}

/// 0 for the first; of the others each has other bits, spread over all of an id.
fn mask(number: i32) -> u128 {
    const ODD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    ODD.wrapping_mul(u128::from(number.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn copies_have_ids_of_their_own() {
        let masks: HashSet<u128> = (0..10).map(mask).collect();
        assert_eq!((masks.len(), mask(0)), (10, 0));
    }

    #[test]
    fn of_nothing_comes_nothing() {
        assert!(grown(&[]).is_empty());
        assert_eq!(length(&[]), TimeDelta::zero());
    }
}
