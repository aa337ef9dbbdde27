//! Finding the records that the database refuses, so that the others are loaded.
//!
//! No rule knows of such a record: a guard of the warehouse does, that somebody added or that cleaning should have
//! obeyed. A batch is one transaction, so one such record refuses all of it. From a refused batch records are taken in
//! their order and tried out, which is rolled back: more and more of them while they pass, then halves, until the one is
//! found with which those before it do not pass. So a record is refused by what it adds to the ones before it, as in
//! batches of one. Then the lane reads all of them again: those that were found come to quarantine by their rule, judged
//! in their order like any other, and the rest is loaded.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::load::{Batch, Load, LoadError, Loader};
use domain::clean::Refusal;
use domain::rule::warehouse::REFUSED;

/// So many are enough for once: where more are refused, it is mostly everything, and a storm holds the partition.
const ENOUGH: usize = 250;

/// Records that the database refuses and that are not in quarantine yet: why, by partition and offset.
#[derive(Debug, Default)]
pub(crate) struct Refused(HashMap<(i32, i64), String>);

impl Refused {
    /// Why a record comes to quarantine.
    pub(crate) fn refusal(&self, partition: i32, offset: i64) -> Option<Refusal> {
        self.0.get(&(partition, offset)).map(refusal)
    }

    /// Forgets those of a batch that was written.
    pub(crate) fn written<T>(&mut self, batch: &Batch<T>) {
        for swap in &batch.swaps {
            self.0.retain(|(partition, offset), _| {
                *partition != swap.partition || *offset >= swap.next
            });
        }
    }

    /// Forgets those of a partition: when it is read again, the database is asked again.
    pub(crate) fn forget(&mut self, partition: i32) {
        self.0.retain(|(of, _), _| *of != partition);
    }

    /// Looks for those of a refused batch, whose records it uses up.
    pub(crate) async fn look_in<T: Load>(
        &mut self,
        batch: &mut Batch<T>,
        loader: &mut Loader<T>,
        now: DateTime<Utc>,
    ) -> Result<Looked, LoadError> {
        // What goes with the last record is not tried out.
        batch.storm = None;
        batch.calms.clear();
        let mut rest = VecDeque::from(std::mem::take(&mut batch.records));
        if let Some(error) = refusal_of(loader, batch, now).await? {
            return Ok(Looked::NotRecords(error));
        }
        let (mut found, mut more) = (0_usize, 1_usize);
        // Among so many of the next ones is one that is refused.
        let mut among: Option<usize> = None;
        while !rest.is_empty() && found < ENOUGH {
            let taken = among.map_or(more, |records| records / 2);
            let taken = taken.clamp(1, rest.len());
            batch.records.extend(rest.drain(..taken));
            match refusal_of(loader, batch, now).await? {
                None => {
                    more = more.saturating_mul(2);
                    among = among
                        .map(|records| records - taken)
                        .filter(|left| *left > 0);
                }
                Some(error) if taken == 1 => {
                    let Some(record) = batch.records.last_mut() else {
                        break;
                    };
                    let place = (record.partition, record.offset);
                    record.outcome = Err(refusal(&error));
                    if let Some(error) = refusal_of(loader, batch, now).await? {
                        return Ok(Looked::NotRecords(error));
                    }
                    self.add(place, &error);
                    found += 1;
                    (more, among) = (1, None);
                }
                Some(_) => {
                    let passed = batch.records.len() - taken;
                    for record in batch.records.drain(passed..).rev() {
                        rest.push_front(record);
                    }
                    among = Some(taken);
                }
            }
        }
        Ok(if found > 0 {
            Looked::Found
        } else {
            Looked::Passed
        })
    }

    fn add(&mut self, (partition, offset): (i32, i64), error: &DatabaseError) {
        tracing::error!(partition, offset, %error, "a record is refused: it comes to quarantine");
        self.0.insert((partition, offset), error.to_string());
    }
}

fn refusal(reason: &impl ToString) -> Refusal {
    Refusal {
        rule: &REFUSED,
        field: None,
        reason: reason.to_string(),
    }
}

/// What came of looking.
pub(crate) enum Looked {
    /// At least one record.
    Found,
    /// Nothing is refused any more.
    Passed,
    /// Something else than records is refused, or a record even in quarantine.
    NotRecords(DatabaseError),
}

/// How the database refuses a batch; other errors are no answer.
async fn refusal_of<T: Load>(
    loader: &mut Loader<T>,
    batch: &Batch<T>,
    now: DateTime<Utc>,
) -> Result<Option<DatabaseError>, LoadError> {
    match loader.try_out(batch, now).await {
        Ok(()) => Ok(None),
        Err(LoadError::Database(error)) if error.is_about_a_row() => Ok(Some(error)),
        Err(error) => Err(error),
    }
}
