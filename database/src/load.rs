//! The way of one batch into the warehouse: one transaction, exactly once.
//!
//! A batch is a run of Kafka records of one or more partitions, already decoded and cleaned. In
//! one transaction the loader locks the shards of the batch's patients, moves the partitions'
//! offsets by compare-and-swap, and writes bronze, silver, the vault, gold, findings, duplicates
//! and quarantine. Either all of it is there, offsets included, or nothing; a batch that comes
//! again finds its offsets moved ([`LoadError::OffsetsMoved`]) and writes nothing.
//!
//! Under the shards' locks nobody else writes the same patients, so what silver holds of them can
//! be read once and compared here: no statement needs `on conflict`, and gold is computed from a
//! complete set.

mod bronze;
mod copy;
mod gold;
mod prepared;
mod refused;
mod silver;
mod vault;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::clean::Refusal;
use domain::history::Departments;
use domain::record::CleanedEvent;
use domain::shard::shard_of;
use tokio_postgres::{Client, Transaction};

use crate::{DatabaseError, Topic};
use prepared::Prepared;

/// One Kafka record and what cleaning made of it. `Debug` prints no key and no value.
pub struct Incoming {
    /// Partition of the topic.
    pub partition: i32,
    /// Offset in the partition.
    pub offset: i64,
    /// When the broker appended the record.
    pub received_at: DateTime<Utc>,
    /// Id of the writer schema, where the payload is framed.
    pub schema_id: Option<i32>,
    /// Key as it came.
    pub key: Option<Vec<u8>>,
    /// Value as it came.
    pub payload: Option<Vec<u8>>,
    /// Names and values of the headers in turn, as they came.
    pub headers: Option<Vec<Option<Vec<u8>>>>,
    /// The cleaned event, or the rule that refuses the record.
    pub outcome: Result<Box<CleanedEvent>, Refusal>,
}

impl fmt::Debug for Incoming {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Incoming")
            .field("partition", &self.partition)
            .field("offset", &self.offset)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// The move of one partition's offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swap {
    /// Partition of the topic.
    pub partition: i32,
    /// The stored offset as this lane left it: that of the partition's first record in the batch,
    /// or of the hole before that.
    pub expected: i64,
    /// The offset after the partition's last record in the batch.
    pub next: i64,
}

impl Swap {
    /// The partition and the offset that it is moved from.
    pub fn begin(&self) -> (i32, i64) {
        (self.partition, self.expected)
    }
}

/// A batch: records in the order of their offsets, and the moves that cover exactly these and the
/// holes between them.
#[derive(Debug)]
pub struct Batch {
    /// The records.
    pub records: Vec<Incoming>,
    /// One move a partition.
    pub swaps: Vec<Swap>,
    /// Offsets that the moves cover and at which the log holds no record.
    pub holes: Vec<Hole>,
    /// Writer schemas that this lane met first in this batch.
    pub schemas: Vec<Schema>,
}

/// A run of offsets at which the log holds no record: the markers of transactions take offsets, as
/// do records that were taken back with their transaction or that compaction removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// Partition of the topic.
    pub partition: i32,
    /// The first offset without a record.
    pub first: i64,
    /// The offset of the record after them.
    pub next: i64,
}

/// A writer schema, kept so that bronze can be read without the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Its id in the registry.
    pub id: i32,
    /// Its text.
    pub definition: String,
}

/// What became of a batch's records, and the rows it wrote to gold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Records that are new in silver.
    pub loaded: u64,
    /// Records whose content silver held already.
    pub duplicates: u64,
    /// Records that a rule refused.
    pub quarantined: u64,
    /// Rows of gold and findings that were inserted, changed or deleted.
    pub derived_rows: u64,
}

/// Why a batch was not written.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Another lane moved the offsets, or this one did and did not hear of it: read them again.
    #[error("the stored offsets are not those that the batch begins at")]
    OffsetsMoved,
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Writes batches over a connection of its own.
pub struct Loader {
    client: Client,
    topic: Topic,
    departments: Arc<Departments>,
    prepared: Prepared,
}

impl Loader {
    /// A loader of one topic over a connection, which it takes for itself.
    pub async fn new(
        client: Client,
        topic: Topic,
        departments: Arc<Departments>,
    ) -> Result<Self, DatabaseError> {
        client
            .batch_execute(include_str!("../sql/load/session.sql"))
            .await
            .map_err(|error| DatabaseError::while_doing("set up a lane's session", &error))?;
        let prepared = Prepared::all(&client).await?;
        Ok(Self {
            client,
            topic,
            departments,
            prepared,
        })
    }

    /// The connection, to read offsets between batches.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The topic.
    pub fn topic(&self) -> &Topic {
        &self.topic
    }

    /// Writes a batch. `now` goes to `ops` alone.
    pub async fn load(&mut self, batch: &Batch, now: DateTime<Utc>) -> Result<Loaded, LoadError> {
        let failed = |doing| move |error| DatabaseError::while_doing(doing, &error);
        let transaction = self
            .client
            .transaction()
            .await
            .map_err(failed("begin a batch"))?;
        let step = Step {
            transaction: &transaction,
            prepared: &self.prepared,
            topic: &self.topic,
            departments: &self.departments,
        };
        step.lock_shards(batch).await?;
        step.swap_offsets(batch).await?;
        step.write_holes(batch).await?;
        step.write_schemas(batch).await?;
        step.write_bronze(batch).await?;
        let silver = step.write_silver(batch).await?;
        step.write_vault(&silver).await?;
        let derived_rows = step.write_gold(&silver).await?;
        step.write_duplicates(&silver).await?;
        let quarantined = step.write_quarantine(batch, now).await?;
        transaction
            .commit()
            .await
            .map_err(failed("commit a batch"))?;
        Ok(Loaded {
            loaded: silver.new.len() as u64,
            duplicates: silver.duplicates.len() as u64,
            quarantined,
            derived_rows,
        })
    }
}

/// What each step of a batch works with.
struct Step<'a> {
    transaction: &'a Transaction<'a>,
    prepared: &'a Prepared,
    topic: &'a Topic,
    departments: &'a Departments,
}

impl Step<'_> {
    async fn lock_shards(&self, batch: &Batch) -> Result<(), DatabaseError> {
        let events = batch
            .records
            .iter()
            .filter_map(|record| record.outcome.as_ref().ok());
        let shards: BTreeSet<i32> = events
            .map(|event| {
                let shard = shard_of(
                    &event.record.hospital_code,
                    &event.identity.patient_id,
                    self.topic.partitions,
                );
                i32::try_from(shard).unwrap_or(i32::MAX)
            })
            .collect();
        let shards: Vec<i32> = shards.into_iter().collect();
        let locked = self
            .query(prepared::LOCK_SHARDS, "lock shards", &[&shards])
            .await?;
        if locked.len() != shards.len() {
            return Err(DatabaseError::State(
                "ops.shard has lost rows: restore one row for each partition of the topic".into(),
            ));
        }
        Ok(())
    }

    async fn swap_offsets(&self, batch: &Batch) -> Result<(), LoadError> {
        let partitions: Vec<i32> = batch.swaps.iter().map(|swap| swap.partition).collect();
        let expected: Vec<i64> = batch.swaps.iter().map(|swap| swap.expected).collect();
        let next: Vec<i64> = batch.swaps.iter().map(|swap| swap.next).collect();
        let moved = self
            .execute(
                prepared::SWAP_OFFSETS,
                "move offsets",
                &[
                    &self.topic.cluster_id,
                    &self.topic.name,
                    &partitions,
                    &expected,
                    &next,
                ],
            )
            .await?;
        if usize::try_from(moved) == Ok(batch.swaps.len()) {
            Ok(())
        } else {
            Err(LoadError::OffsetsMoved)
        }
    }

    async fn write_holes(&self, batch: &Batch) -> Result<(), DatabaseError> {
        if batch.holes.is_empty() {
            return Ok(());
        }
        let partitions: Vec<i32> = batch.holes.iter().map(|hole| hole.partition).collect();
        let first: Vec<i64> = batch.holes.iter().map(|hole| hole.first).collect();
        let next: Vec<i64> = batch.holes.iter().map(|hole| hole.next).collect();
        self.execute(
            prepared::WRITE_HOLES,
            "note offsets without a record",
            &[&self.topic.topic_id, &partitions, &first, &next],
        )
        .await?;
        Ok(())
    }
}
