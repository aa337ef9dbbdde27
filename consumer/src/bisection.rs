//! Finding the records that the database refuses, so that the others are loaded.
//!
//! No rule knows of such a record: a guard of the warehouse does, that somebody added or that cleaning should have
//! obeyed. A batch is one transaction, so one such record refuses all of it. Parts of a refused batch are tried out and
//! rolled back, halves of halves, until each record that is refused by itself is known. Then the lane reads all of them
//! again: those come to quarantine by their rule, judged in their order like any other, and the rest is loaded.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, Utc};
use database::DatabaseError;
use database::load::{Batch, Load, LoadError, Loader};
use domain::clean::Refusal;
use domain::rule::record::REFUSED;

/// So many are enough for once: where more are refused, it is mostly everything, and a storm holds the partition.
const ENOUGH: usize = 250;

/// Records that the database refuses and that are not in quarantine yet: why, by partition and offset.
#[derive(Debug, Default)]
pub(crate) struct Refused(HashMap<(i32, i64), String>);

impl Refused {
    /// Why a record comes to quarantine.
    pub(crate) fn refusal(&self, partition: i32, offset: i64) -> Option<Refusal> {
        Some(Refusal {
            rule: &REFUSED,
            field: None,
            reason: self.0.get(&(partition, offset))?.clone(),
        })
    }

    /// Forgets those of a batch that was written.
    pub(crate) fn written<T>(&mut self, batch: &Batch<T>) {
        for swap in &batch.swaps {
            self.0.retain(|(partition, offset), _| {
                *partition != swap.partition || *offset >= swap.next
            });
        }
    }

    /// Looks for those of a refused batch, whose records it uses up. Returns how many there are: none where records
    /// are refused that are not by themselves.
    pub(crate) async fn look_in<T: Load>(
        &mut self,
        batch: &mut Batch<T>,
        loader: &mut Loader<T>,
        now: DateTime<Utc>,
    ) -> Result<usize, LoadError> {
        let known = self.0.len();
        // What goes with the last record is not tried out.
        batch.storm = None;
        batch.calms.clear();
        let mut suspects = VecDeque::from(halves(std::mem::take(&mut batch.records)));
        while let Some(part) = suspects.pop_front() {
            batch.records = part;
            match loader.try_out(batch, now).await {
                Ok(()) => {}
                Err(LoadError::Database(error)) if error.is_about_a_row() => {
                    let records = std::mem::take(&mut batch.records);
                    if let [record] = records.as_slice() {
                        self.add(record.partition, record.offset, &error);
                        if self.0.len() - known >= ENOUGH {
                            break;
                        }
                    } else {
                        // In their order, the first ones first.
                        for half in halves(records).into_iter().rev() {
                            suspects.push_front(half);
                        }
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(self.0.len() - known)
    }

    fn add(&mut self, partition: i32, offset: i64, error: &DatabaseError) {
        tracing::error!(partition, offset, %error, "a record is refused: it comes to quarantine");
        self.0.insert((partition, offset), error.to_string());
    }
}

/// The two halves; of one record, it alone.
fn halves<T>(mut records: Vec<T>) -> Vec<Vec<T>> {
    let second = records.split_off(records.len().div_ceil(2));
    let halves = [records, second].into_iter();
    halves.filter(|half| !half.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::halves;

    #[test]
    fn halves_are_smaller_than_the_whole_and_hold_all_of_it() {
        assert_eq!(halves(vec![1, 2, 3]), [vec![1, 2], vec![3]]);
        assert_eq!(halves(vec![1]), [vec![1]]);
        assert_eq!(halves(Vec::<u8>::new()), [] as [Vec<u8>; 0]);
    }
}
