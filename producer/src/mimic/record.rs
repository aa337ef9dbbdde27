//! The rows of a table as records: what is understood, and what is not.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::path::Path;

use super::error::ExtractError;
use super::refusal::{Reason, RefusedRow};
use super::row::Row;
use super::table::Table;

/// A row of a table, as understood. Two are equal when they say the same.
pub(super) trait Record: Sized + PartialEq {
    /// The table.
    const TABLE: Table;

    /// What at most one row can be about.
    type Slot<'a>: Eq + Hash
    where
        Self: 'a;

    /// Reads a row.
    fn parse(row: &Row<'_>) -> Result<Self, RefusedRow>;

    /// What the row is about.
    fn slot(&self) -> Self::Slot<'_>;

    /// The value of the table's key column.
    fn key(&self) -> &str;
}

/// The records of a table.
#[derive(Debug)]
pub(super) struct Records<T> {
    /// The records, each with its line.
    pub(super) rows: Vec<(u64, T)>,
    /// What is said of the rows that are not sent.
    pub(super) refused: Refusals,
}

impl<T: Record> Records<T> {
    /// Reads the table's file in `dir`; of rows about one thing at most one is kept.
    pub(super) fn read(dir: &Path) -> Result<Self, ExtractError> {
        let mut rows = Vec::new();
        let mut refused = Refusals::default();
        T::TABLE.read(dir, |row, damage| {
            if let Some(reason) = damage {
                // The cell at the key's place may be another column's.
                let unplaced = Unplaced {
                    encounters: row.numbers(),
                    patients: HashSet::new(),
                };
                refused.add_unplaced(unplaced, row.refuse_whole(reason));
                return;
            }
            match (T::parse(row), row.number(T::TABLE.key)) {
                (Ok(record), _) => rows.push((row.line, record)),
                (Err(refusal), Ok(key)) => refused.add(key, refusal),
                (Err(refusal), Err(_)) => {
                    let unplaced = Unplaced {
                        encounters: row.numbers_in(T::TABLE.key),
                        patients: row.numbers_in("subject_id"),
                    };
                    refused.add_unplaced(unplaced, refusal);
                }
            }
        })?;
        let rows = keep_one_a_slot(rows, &mut refused);
        Ok(Self { rows, refused })
    }
}

/// The refused rows of a table.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// The rows, in no order.
    pub(super) rows: Vec<RefusedRow>,
    /// A line of those whose key can be read, by it.
    lines: HashMap<String, u64>,
    /// Those whose key cannot be read.
    unplaced: Vec<Unplaced>,
    /// The encounters that one of these may be of.
    suspects: HashSet<String>,
    /// Whether one of these may be of any encounter.
    suspects_all: bool,
}

impl Refusals {
    /// Adds a row by its key.
    pub(super) fn add(&mut self, key: String, row: RefusedRow) {
        // The first line of several, in whatever order they are refused.
        let line = self.lines.entry(key).or_insert(row.line);
        *line = row.line.min(*line);
        self.rows.push(row);
    }

    /// Adds a row whose key cannot be read.
    fn add_unplaced(&mut self, unplaced: Unplaced, row: RefusedRow) {
        self.unplaced.push(unplaced);
        self.rows.push(row);
    }

    /// Finds which encounters the rows without a key may be of: those whose number stands in it, or
    /// whose patient's number does; where it names none that is known, any at all. `encounters` gives
    /// each encounter with its patient.
    pub(super) fn suspect<'a>(&mut self, encounters: impl Iterator<Item = (&'a str, &'a str)>) {
        if self.unplaced.is_empty() {
            return;
        }
        let mut of_patient: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut known: HashSet<&str> = HashSet::new();
        for (hadm_id, subject_id) in encounters {
            known.insert(hadm_id);
            of_patient.entry(subject_id).or_default().push(hadm_id);
        }
        for unplaced in &self.unplaced {
            let numbers = unplaced.encounters.iter().map(String::as_str);
            let by_number = numbers.filter(|number| known.contains(number));
            let patients = unplaced.patients.iter();
            let by_patient = patients.filter_map(|patient| of_patient.get(patient.as_str()));
            let named = by_number.chain(by_patient.flatten().copied());
            let named: Vec<String> = named.map(str::to_owned).collect();
            self.suspects_all |= named.is_empty();
            self.suspects.extend(named);
        }
    }

    /// Adds a record that was understood and cannot be sent for its key.
    pub(super) fn add_record<T: Record>(&mut self, line: u64, record: &T, reason: Reason) {
        let row = T::TABLE.refusal(line, T::TABLE.key, reason);
        self.add(record.key().to_owned(), row);
    }

    /// The first line of the refused rows that have this key.
    pub(super) fn line(&self, key: &str) -> Option<u64> {
        self.lines.get(key).copied()
    }

    /// Whether a refused row may be one of this encounter.
    pub(super) fn may_have(&self, hadm_id: &str) -> bool {
        self.suspects_all || self.lines.contains_key(hadm_id) || self.suspects.contains(hadm_id)
    }
}

/// What stands in a row whose key cannot be read: numbers that may be an encounter's or a patient's.
/// Identity.
#[derive(Debug)]
struct Unplaced {
    encounters: HashSet<String>,
    patients: HashSet<String>,
}

/// Why a row is not used that shares its slot with another.
struct Rival {
    line: u64,
    /// Whether it says the same.
    repeats: bool,
}

/// Keeps the first of the rows that say the same, and none of those that contradict each other.
fn keep_one_a_slot<T: Record>(rows: Vec<(u64, T)>, refused: &mut Refusals) -> Vec<(u64, T)> {
    let mut rivals: Vec<Option<Rival>> = rows.iter().map(|_| None).collect();
    let mut firsts: HashMap<T::Slot<'_>, usize> = HashMap::new();
    for (at, (line, record)) in rows.iter().enumerate() {
        match firsts.entry(record.slot()) {
            Entry::Vacant(slot) => {
                slot.insert(at);
            }
            Entry::Occupied(slot) => {
                let first = *slot.get();
                let repeats = rows[first].1 == *record;
                if !repeats && rivals[first].is_none() {
                    rivals[first] = Some(Rival {
                        line: *line,
                        repeats,
                    });
                }
                rivals[at] = Some(Rival {
                    line: rows[first].0,
                    repeats,
                });
            }
        }
    }
    drop(firsts);
    let mut kept = Vec::with_capacity(rows.len());
    for ((line, record), rival) in rows.into_iter().zip(rivals) {
        match rival {
            None => kept.push((line, record)),
            // A repeated row takes nothing away from its encounter, so its key is not recorded.
            Some(Rival {
                line: used,
                repeats: true,
            }) => {
                let reason = Reason::Repeats { line: used };
                refused
                    .rows
                    .push(T::TABLE.refusal(line, T::TABLE.key, reason));
            }
            Some(Rival { line: other, .. }) => {
                refused.add_record(line, &record, Reason::Contradicts { line: other });
            }
        }
    }
    kept
}
