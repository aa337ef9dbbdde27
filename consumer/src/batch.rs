use std::collections::{BTreeMap, HashMap};

use database::load::{Batch, Hole, Incoming, Schema, Swap};
use database::storm::{Calm, Onset};

use crate::limits::Limits;
use crate::weather::Weather;

/// A batch that fills.
#[derive(Debug)]
pub(crate) struct Filling<T> {
    records: Vec<Incoming<T>>,
    swaps: BTreeMap<i32, Swap>,
    holes: Vec<Hole>,
    schemas: Vec<Schema>,
    /// Of each partition, as it is after the batch.
    weather: HashMap<i32, Weather>,
    storm: Option<Onset>,
    calms: Vec<Calm>,
    bytes: usize,
}

impl<T> Default for Filling<T> {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            swaps: BTreeMap::new(),
            holes: Vec::new(),
            schemas: Vec::new(),
            weather: HashMap::new(),
            storm: None,
            calms: Vec::new(),
            bytes: 0,
        }
    }
}

impl<T> Filling<T> {
    /// Adds the next record of a partition; `expected` is the offset that was to come next, which
    /// the warehouse holds where it is the partition's first one here.
    pub(crate) fn add(&mut self, incoming: Incoming<T>, expected: i64, bytes: usize) {
        let (partition, next) = (incoming.partition, incoming.offset + 1);
        if expected < incoming.offset {
            self.holes.push(Hole {
                partition,
                first: expected,
                next: incoming.offset,
            });
        }
        self.swaps
            .entry(partition)
            .or_insert(Swap {
                partition,
                expected,
                next,
            })
            .next = next;
        self.bytes += bytes;
        self.records.push(incoming);
    }

    /// Judges whether a record of the batch begins a storm, which closes the batch behind it, or ends one. `before` is
    /// the weather of its partition before the batch.
    pub(crate) fn judge(
        &mut self,
        (partition, offset): (i32, i64),
        refused: Option<&'static str>,
        before: impl FnOnce() -> Weather,
    ) {
        let weather = self.weather.entry(partition).or_insert_with(before);
        let turn = weather.take(offset, refused);
        if let (Some(rule), Some(count)) = (refused, turn.storm) {
            self.storm = Some(Onset {
                partition,
                rule,
                offset,
                refused: i32::try_from(count).unwrap_or(i32::MAX),
            });
        }
        let calms = turn.calm.into_iter().map(|rule| Calm {
            partition,
            rule: rule.into_owned(),
        });
        self.calms.extend(calms);
    }

    /// Adds a writer schema, once.
    pub(crate) fn add_schema(&mut self, schema: Schema) {
        if self.schemas.iter().all(|known| known.id != schema.id) {
            self.schemas.push(schema);
        }
    }

    /// Takes out what came from a partition that is no longer ours.
    pub(crate) fn drop_partition(&mut self, partition: i32) {
        self.records.retain(|record| record.partition != partition);
        self.swaps.remove(&partition);
        self.holes.retain(|hole| hole.partition != partition);
        self.weather.remove(&partition);
        self.calms.retain(|calm| calm.partition != partition);
    }

    pub(crate) fn is_full(&self, limits: &Limits) -> bool {
        self.records.len() >= limits.batch_rows
            || self.bytes >= limits.batch_bytes
            || self.storm.is_some()
    }

    /// The batch, and the weather of its partitions once it is written.
    pub(crate) fn close(self) -> (Batch<T>, HashMap<i32, Weather>) {
        let batch = Batch {
            records: self.records,
            swaps: self.swaps.into_values().collect(),
            holes: self.holes,
            schemas: self.schemas,
            storm: self.storm,
            calms: self.calms,
        };
        (batch, self.weather)
    }
}
