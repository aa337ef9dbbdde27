use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Finding, PatientRecords};
use crate::extract::snapshot::State;
use crate::extract::{EncounterExtract, PatientSnapshot};
use crate::record::AdtRecord;
use crate::rule::history::{CONFLICTING_CONTENT, CONFLICTING_EXTRACT, UNKNOWN_PATIENT};

/// A statement's place in the total order: effective time, sequence, time of entry, content; the id
/// makes it total.
pub(super) type Order = (DateTime<Utc>, Option<i64>, DateTime<Utc>, Uuid, Uuid);

/// What is stated of a patient and counts.
pub(super) struct Statements<'a> {
    /// Events, each once, in the total order: the last one has the last word.
    pub(super) in_order: Vec<&'a AdtRecord>,
    /// The rows of snapshots that state something, in the order of their days.
    pub(super) snapshots: Vec<&'a PatientSnapshot>,
    /// Encounters as extracts have them, one for an encounter and day, in the total order.
    pub(super) encounters: Vec<&'a EncounterExtract>,
    conflicts: Vec<Finding>,
}

impl<'a> Statements<'a> {
    pub(super) fn of(records: &PatientRecords<'a>) -> Self {
        let mut conflicts = Vec::new();
        Self {
            in_order: counting_events(&records.events, &mut conflicts),
            snapshots: stating(&records.snapshots),
            encounters: counting_extracts(&records.encounters, &mut conflicts),
            conflicts,
        }
    }

    pub(super) fn conflicts(&self) -> Vec<Finding> {
        self.conflicts.clone()
    }

    /// The findings of a patient without a version, whom only encounters name.
    pub(super) fn of_unknown_patient(&self) -> impl Iterator<Item = Finding> {
        let extracts = self.encounters.iter();
        extracts.map(|it| Finding::of_extract(&UNKNOWN_PATIENT, it))
    }
}

/// Of several contents under one event id the greatest (`recorded_at`, `content_hash`) counts.
fn counting_events<'a>(
    events: &[&'a AdtRecord],
    conflicts: &mut Vec<Finding>,
) -> Vec<&'a AdtRecord> {
    let mut by_event: HashMap<Uuid, (&AdtRecord, bool)> = HashMap::new();
    for &record in events {
        by_event
            .entry(record.event_id)
            .and_modify(|(chosen, conflict)| {
                *conflict |= chosen.content_hash != record.content_hash;
                if entered_before(chosen, record) {
                    *chosen = record;
                }
            })
            .or_insert((record, false));
    }
    let conflicting = by_event.values().filter(|(_, conflict)| *conflict);
    conflicts.extend(conflicting.map(|(record, _)| Finding::of(&CONFLICTING_CONTENT, record)));
    let mut in_order: Vec<_> = by_event.into_values().map(|(record, _)| record).collect();
    in_order.sort_unstable_by_key(|record| event_order(record));
    in_order
}

fn entered_before(a: &AdtRecord, b: &AdtRecord) -> bool {
    (a.recorded_at, a.content_hash) < (b.recorded_at, b.content_hash)
}

/// The rows of snapshots without those that say nothing: the unreadable ones, and what only repeats
/// what was said before them.
fn stating<'a>(snapshots: &[&'a PatientSnapshot]) -> Vec<&'a PatientSnapshot> {
    let mut in_order = snapshots.to_vec();
    in_order.sort_unstable_by_key(|row| row.extract_date);
    in_order.retain(|row| row.state != State::Unreadable);
    in_order.dedup_by(|later, earlier| later.state == earlier.state);
    in_order
}

/// Of several contents of an encounter in the extract of one day the greatest hash counts.
fn counting_extracts<'a>(
    encounters: &[&'a EncounterExtract],
    conflicts: &mut Vec<Finding>,
) -> Vec<&'a EncounterExtract> {
    let mut by_day: BTreeMap<(Uuid, NaiveDate), (&EncounterExtract, bool)> = BTreeMap::new();
    for &extract in encounters {
        by_day
            .entry((extract.encounter_key, extract.extract_date))
            .and_modify(|(chosen, conflict)| {
                *conflict |= chosen.content_hash != extract.content_hash;
                if chosen.content_hash < extract.content_hash {
                    *chosen = extract;
                }
            })
            .or_insert((extract, false));
    }
    let conflicting = by_day.values().filter(|(_, conflict)| *conflict);
    conflicts.extend(conflicting.map(|(it, _)| Finding::of_extract(&CONFLICTING_EXTRACT, it)));
    let mut in_order: Vec<_> = by_day.into_values().map(|(extract, _)| extract).collect();
    in_order.sort_by_cached_key(|extract| extract_order(extract));
    in_order
}

pub(super) fn event_order(record: &AdtRecord) -> Order {
    (
        record.occurred_at,
        record.sequence,
        record.recorded_at,
        record.content_hash,
        record.event_id,
    )
}

pub(super) fn extract_order(extract: &EncounterExtract) -> Order {
    let at = extract.extracted_at;
    let id = extract.statement_id();
    (at, None, at, extract.content_hash, id)
}

/// Of statements in order of time, the last one of each instant.
pub(super) fn last_of_each_instant<'a>(
    statements: impl IntoIterator<Item = &'a AdtRecord>,
) -> Vec<&'a AdtRecord> {
    let mut last: Vec<&AdtRecord> = Vec::new();
    for statement in statements {
        if last
            .last()
            .is_some_and(|previous| previous.occurred_at == statement.occurred_at)
        {
            last.pop();
        }
        last.push(statement);
    }
    last
}
