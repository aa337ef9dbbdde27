use std::collections::BTreeMap;

use database::load::{Batch, Hole, Incoming, Schema, Swap};

use crate::limits::Limits;

/// A batch that fills.
#[derive(Debug)]
pub(crate) struct Filling<T> {
    records: Vec<Incoming<T>>,
    swaps: BTreeMap<i32, Swap>,
    holes: Vec<Hole>,
    schemas: Vec<Schema>,
    bytes: usize,
}

impl<T> Default for Filling<T> {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            swaps: BTreeMap::new(),
            holes: Vec::new(),
            schemas: Vec::new(),
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
    }

    pub(crate) fn is_full(&self, limits: &Limits) -> bool {
        self.records.len() >= limits.batch_rows || self.bytes >= limits.batch_bytes
    }

    pub(crate) fn close(self) -> Batch<T> {
        Batch {
            records: self.records,
            swaps: self.swaps.into_values().collect(),
            holes: self.holes,
            schemas: self.schemas,
        }
    }
}
