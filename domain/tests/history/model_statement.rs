//! The model's statements: what counts of a patient's records, and what comes after what.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::extract::snapshot::State;
use domain::extract::{EncounterExtract, PatientSnapshot};
use domain::record::AdtRecord;
use uuid::Uuid;

pub(super) type Time = DateTime<Utc>;

/// A place in the total order. `None` is less than `Some`: a missing sequence is first.
type Order = (Time, Option<i64>, Time, [u8; 16], [u8; 16]);

/// Whatever states something of a patient or an encounter.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Statement<'a> {
    Event(&'a AdtRecord),
    Snapshot(&'a PatientSnapshot),
    Extract(&'a EncounterExtract),
}

/// What has a place in the total order.
pub(super) trait Stated {
    fn order(&self) -> Order;

    /// The effective time.
    fn at(&self) -> Time {
        self.order().0
    }
}

impl Stated for AdtRecord {
    fn order(&self) -> Order {
        (
            self.occurred_at,
            self.sequence,
            self.recorded_at,
            self.content_hash.into_bytes(),
            self.event_id.into_bytes(),
        )
    }
}

impl Stated for EncounterExtract {
    fn order(&self) -> Order {
        (
            self.extracted_at,
            None,
            self.extracted_at,
            self.content_hash.into_bytes(),
            self.statement_id().into_bytes(),
        )
    }
}

impl Stated for PatientSnapshot {
    fn order(&self) -> Order {
        let hash = match &self.state {
            State::Registered(registered) => registered.content_hash,
            State::Absent | State::Unreadable => Uuid::nil(),
        };
        let day = u128::try_from(self.extract_date.to_epoch_days()).expect("a day after 1970");
        (
            self.extracted_at,
            None,
            self.extracted_at,
            hash.into_bytes(),
            day.to_be_bytes(),
        )
    }
}

impl Stated for Statement<'_> {
    fn order(&self) -> Order {
        match self {
            Self::Event(record) => record.order(),
            Self::Snapshot(row) => row.order(),
            Self::Extract(extract) => extract.order(),
        }
    }
}

pub(super) fn only<'a, S>(statements: &[&'a S], test: impl Fn(&S) -> bool) -> Vec<&'a S> {
    statements.iter().copied().filter(|s| test(s)).collect()
}

pub(super) fn first<'a, S: Stated>(statements: &[&'a S]) -> Option<&'a S> {
    statements.iter().copied().min_by_key(|s| s.order())
}

pub(super) fn last<'a, S: Stated>(statements: &[&'a S]) -> Option<&'a S> {
    statements.iter().copied().max_by_key(|s| s.order())
}

/// Whether no other statement at the same instant is later in the total order.
pub(super) fn is_last_of_its_instant<S: Stated>(statement: &S, statements: &[&S]) -> bool {
    let tied = only(statements, |other| other.at() == statement.at());
    last(&tied).is_some_and(|last| last.order() == statement.order())
}

/// One record for each event id: the one with the greatest (`recorded_at`, `content_hash`).
pub(super) fn counting_events<'a>(records: &[&'a AdtRecord]) -> Vec<&'a AdtRecord> {
    let ids: BTreeSet<Uuid> = records.iter().map(|record| record.event_id).collect();
    ids.into_iter()
        .filter_map(|id| {
            let contents = only(records, |record| record.event_id == id);
            let place = |r: &&AdtRecord| (r.recorded_at, r.content_hash.into_bytes());
            contents.into_iter().max_by_key(place)
        })
        .collect()
}

/// One extract for each encounter and day: the one with the greatest `content_hash`.
pub(super) fn counting_extracts<'a>(
    extracts: &[&'a EncounterExtract],
) -> Vec<&'a EncounterExtract> {
    let of = |extract: &EncounterExtract| (extract.encounter_key, extract.extract_date);
    let days: BTreeSet<(Uuid, NaiveDate)> = extracts.iter().map(|extract| of(extract)).collect();
    days.into_iter()
        .filter_map(|day| {
            let contents = only(extracts, |extract| of(extract) == day);
            contents
                .into_iter()
                .max_by_key(|it| it.content_hash.into_bytes())
        })
        .collect()
}

/// The rows of snapshots that state something: those that can be read and differ from the last one
/// before them, by day, that can be. One of equal states does not state, so "the last that states"
/// and "the last that can be read" say the same.
pub(super) fn stating_snapshots<'a>(rows: &[&'a PatientSnapshot]) -> Vec<&'a PatientSnapshot> {
    let days: BTreeSet<NaiveDate> = rows.iter().map(|row| row.extract_date).collect();
    let row_of = |day: NaiveDate| rows.iter().copied().find(|row| row.extract_date == day);
    let readable: Vec<&PatientSnapshot> = days
        .into_iter()
        .filter_map(row_of)
        .filter(|row| row.state != State::Unreadable)
        .collect();
    only(&readable, |row| {
        let earlier = only(&readable, |other| other.extract_date < row.extract_date);
        let before = earlier.into_iter().max_by_key(|other| other.extract_date);
        before.is_none_or(|before| before.state != row.state)
    })
}
