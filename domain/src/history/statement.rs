use std::cmp::Ordering;
use std::collections::HashMap;

use uuid::Uuid;

use super::Finding;
use crate::record::AdtRecord;
use crate::rule::history::CONFLICTING_CONTENT;

/// The records of a patient that count, each event once.
pub(super) struct Statements<'a> {
    /// In the total order: the last one has the last word.
    pub(super) in_order: Vec<&'a AdtRecord>,
    conflicting: Vec<&'a AdtRecord>,
}

impl<'a> Statements<'a> {
    /// Of several contents under one event id the greatest (`recorded_at`, `content_hash`) counts.
    pub(super) fn of(records: impl IntoIterator<Item = &'a AdtRecord>) -> Self {
        let mut by_event: HashMap<Uuid, (&AdtRecord, bool)> = HashMap::new();
        for record in records {
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
        let conflicting = by_event
            .values()
            .filter(|(_, conflict)| *conflict)
            .map(|(record, _)| *record)
            .collect();
        let mut in_order: Vec<_> = by_event.into_values().map(|(record, _)| record).collect();
        in_order.sort_unstable_by(|a, b| total_order(a, b));
        Self {
            in_order,
            conflicting,
        }
    }

    pub(super) fn conflicts(&self) -> Vec<Finding> {
        self.conflicting
            .iter()
            .map(|record| Finding::of(&CONFLICTING_CONTENT, record))
            .collect()
    }
}

fn entered_before(a: &AdtRecord, b: &AdtRecord) -> bool {
    (a.recorded_at, a.content_hash) < (b.recorded_at, b.content_hash)
}

/// Effective time, sequence, time of entry, content; the event id makes it total.
fn total_order(a: &AdtRecord, b: &AdtRecord) -> Ordering {
    let key = |record: &AdtRecord| {
        (
            record.occurred_at,
            record.sequence,
            record.recorded_at,
            record.content_hash,
            record.event_id,
        )
    };
    key(a).cmp(&key(b))
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
