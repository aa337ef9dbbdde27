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
mod census;
mod copy;
mod department;
mod erased;
mod gold;
mod held;
mod mention;
mod patient;
mod prepared;
mod refused;
mod silver;
mod staff;
mod statement;
mod storm;
mod unreadable;
mod vault;

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::clean::Refusal;
use domain::record::CleanedEvent;
use domain::rule::Rule;
use tokio_postgres::{Client, Row, Transaction};
use uuid::Uuid;

use crate::fault::{self, Point};
use crate::reference::Reference;
use crate::simulation::require_epoch;
use crate::storm::{Calm, Onset};
use crate::{DatabaseError, Topic};
pub(crate) use census::{Hours, touched};
pub(crate) use department::DepartmentDimension;
pub(crate) use gold::DerivedRows;
pub(crate) use held::{Held, Patients};
pub use mention::mentioned;
pub(crate) use prepared::{
    ENCOUNTERS_TO_VAULT, PATIENTS_TO_VAULT, Prepared, STAFF_TO_VAULT, STATED_STAFF_TO_VAULT,
    Session,
};
pub(crate) use refused::quarantine_id;
pub(crate) use silver::{SilverRow, record_rule};
pub(crate) use staff::StaffDimension;
pub(crate) use statement::Dimension;
pub use statement::Origin;
pub(crate) use unreadable::unknown_code;
pub(crate) use vault::{Identities, stated_staff};

/// How a connection is set up that writes the warehouse.
pub(crate) const SESSION: &str = include_str!("../sql/load/session.sql");

/// One Kafka record and what cleaning made of it. `Debug` prints no key and no value.
pub struct Incoming<T = CleanedEvent> {
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
    /// What was cleaned, or the rule that refuses the record.
    pub outcome: Result<Box<T>, Refusal>,
    /// The erased patient whom a refused record names, or the key of a record that is of another.
    pub mentions: Option<Uuid>,
    /// The letter in quarantine that was sent again as this record.
    pub redrives: Option<Uuid>,
}

impl<T: fmt::Debug> fmt::Debug for Incoming<T> {
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

/// A batch: records in the order of their offsets, and the moves that cover exactly these and the
/// holes between them.
#[derive(Debug)]
pub struct Batch<T = CleanedEvent> {
    /// The records.
    pub records: Vec<Incoming<T>>,
    /// One move a partition.
    pub swaps: Vec<Swap>,
    /// Offsets that the moves cover and at which the log holds no record.
    pub holes: Vec<Hole>,
    /// Writer schemas that this lane met first in this batch.
    pub schemas: Vec<Schema>,
    /// The storm that begins with its last record.
    pub storm: Option<Onset>,
    /// Storms that are over.
    pub calms: Vec<Calm>,
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
    /// Records of erased patients.
    pub erased: u64,
    /// Rows of gold and findings that were inserted, changed or deleted.
    pub derived_rows: u64,
}

/// Why a batch was not written.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Another lane moved the offsets, or this one did and did not hear of it, or a storm holds a partition: read
    /// them again.
    #[error("the stored offsets are not those that the batch begins at, or are held")]
    OffsetsMoved,
    /// Hospitals, departments or erasures changed since the batch was cleaned: read them, and the
    /// records, again.
    #[error("the reference data has changed since the batch was made")]
    ReferenceChanged,
    /// The database; or the warehouse was reset since the topic was registered.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What a topic holds once it is cleaned: how a batch of it is locked and written.
pub trait Load: fmt::Debug + Send + Sync + Sized + 'static {
    /// Whether it is about patients, who may be erased.
    const IS_OF_PATIENTS: bool = false;

    /// The patient whom it is about.
    fn patient(&self) -> Option<Uuid> {
        None
    }

    /// When it was entered at its source.
    fn recorded_at(&self) -> Option<DateTime<Utc>>;

    /// The rules that repaired it.
    fn repairs(&self) -> &[&'static Rule];

    /// Whether a Kafka key names whom it is about, and nobody else.
    fn has_key(&self, _key: &[u8]) -> bool {
        true
    }

    /// Lets nobody else write what the batch touches, until its transaction ends.
    fn lock(
        step: &Step<'_>,
        batch: &Batch<Self>,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;

    /// Writes what is new in silver, the vault and gold, and notes duplicates.
    fn write(
        step: &Step<'_>,
        batch: &Batch<Self>,
    ) -> impl Future<Output = Result<Loaded, DatabaseError>> + Send;
}

/// Writes batches over a connection of its own.
pub struct Loader<T = CleanedEvent> {
    client: Client,
    topic: Topic,
    reference: Arc<Reference>,
    prepared: Prepared,
    holds: PhantomData<fn(T)>,
}

impl<T: Load> Loader<T> {
    /// A loader of one topic over a connection, which it takes for itself.
    pub async fn new(
        client: Client,
        topic: Topic,
        reference: Arc<Reference>,
    ) -> Result<Self, DatabaseError> {
        client
            .batch_execute(SESSION)
            .await
            .map_err(|error| DatabaseError::while_doing("set up a lane's session", &error))?;
        let prepared = Prepared::all(&client).await?;
        Ok(Self {
            client,
            topic,
            reference,
            prepared,
            holds: PhantomData,
        })
    }

    /// The connection.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Writes a batch. `now` goes to `ops` alone.
    pub async fn load(
        &mut self,
        batch: &Batch<T>,
        now: DateTime<Utc>,
    ) -> Result<Loaded, LoadError> {
        let (transaction, loaded) = self.write(batch, now).await?;
        fault::commit(transaction, "commit a batch").await?;
        Ok(loaded)
    }

    /// Whether a batch could be written; nothing is. Its records may be some of those that its moves cover.
    pub async fn try_out(&mut self, batch: &Batch<T>, now: DateTime<Utc>) -> Result<(), LoadError> {
        let failed = |error| DatabaseError::while_doing("try a batch out", &error);
        let (transaction, _) = self.write(batch, now).await?;
        // What a COMMIT would look at.
        let looked_at = transaction.batch_execute("set constraints all immediate");
        looked_at.await.map_err(failed)?;
        transaction.rollback().await.map_err(failed)?;
        Ok(())
    }

    async fn write(
        &mut self,
        batch: &Batch<T>,
        now: DateTime<Utc>,
    ) -> Result<(Transaction<'_>, Loaded), LoadError> {
        let begun = self.client.transaction().await;
        let transaction =
            begun.map_err(|error| DatabaseError::while_doing("begin a batch", &error))?;
        let step = Step {
            session: Session {
                transaction: &transaction,
                prepared: &self.prepared,
            },
            topic: &self.topic,
            reference: &self.reference,
        };
        T::lock(&step, batch).await?;
        step.write_log(batch).await?;
        let loaded = T::write(&step, batch).await?;
        fault::reach(Point::Gold)?;
        let quarantined = step.write_quarantine(batch, now).await?;
        step.settle_redriven(batch).await?;
        step.write_storms(batch, now).await?;
        let erased = step.write_erased(batch).await?;
        let loaded = Loaded {
            quarantined,
            erased,
            ..loaded
        };
        Ok((transaction, loaded))
    }
}

/// What a delivery repeats of silver.
pub(crate) struct Repeated {
    patient_pseudonym: Option<Uuid>,
    /// The event or statement, and its content.
    id: (Uuid, Uuid),
}

/// What each step of a batch works with.
pub struct Step<'a> {
    session: Session<'a>,
    topic: &'a Topic,
    reference: &'a Reference,
}

impl<'a> Step<'a> {
    /// A step of a transaction that is not a loader's. What it writes is locked.
    pub(crate) fn new(session: Session<'a>, topic: &'a Topic, reference: &'a Reference) -> Self {
        Self {
            session,
            topic,
            reference,
        }
    }
}

impl Step<'_> {
    /// Moves the offsets, and keeps the records as they came, with the schemas by which they are read.
    pub(crate) async fn write_log<T: Load>(&self, batch: &Batch<T>) -> Result<(), LoadError> {
        self.swap_offsets(batch).await?;
        fault::reach(Point::Swap)?;
        self.write_holes(batch).await?;
        self.write_schemas(batch).await?;
        self.write_bronze(batch).await?;
        fault::reach(Point::Bronze)?;
        Ok(())
    }

    /// The usable records of a batch of statements, with their coordinates.
    fn usable<'b, T>(&self, batch: &'b Batch<T>) -> Vec<(Origin, &'b T)> {
        let topic_id = self.topic.topic_id;
        let usable = batch.records.iter().filter_map(|record| {
            let origin = Origin::Kafka {
                topic_id,
                partition: record.partition,
                offset: record.offset,
            };
            Some((origin, &**record.outcome.as_ref().ok()?))
        });
        usable.collect()
    }

    /// Notes which statements silver held already.
    async fn finish<T>(
        &self,
        statements: &[(Origin, &T)],
        is_new: &[bool],
        derived_rows: u64,
        repeated: impl Fn(&T) -> Repeated,
    ) -> Result<Loaded, DatabaseError> {
        let held = statements
            .iter()
            .zip(is_new)
            .filter(|(_, is_new)| !**is_new);
        let held = held.map(|((origin, stated), _)| (*origin, repeated(stated)));
        let duplicates: Vec<_> = held.collect();
        self.write_duplicates(&duplicates).await?;
        let duplicates = duplicates.len() as u64;
        Ok(Loaded {
            loaded: statements.len() as u64 - duplicates,
            duplicates,
            derived_rows,
            ..Loaded::default()
        })
    }

    async fn swap_offsets<T>(&self, batch: &Batch<T>) -> Result<(), LoadError> {
        let partitions: Vec<i32> = batch.swaps.iter().map(|swap| swap.partition).collect();
        let expected: Vec<i64> = batch.swaps.iter().map(|swap| swap.expected).collect();
        let next: Vec<i64> = batch.swaps.iter().map(|swap| swap.next).collect();
        let moved = self
            .session
            .query(
                prepared::SWAP_OFFSETS,
                "move offsets",
                &[
                    &self.topic.cluster_id,
                    &self.topic.name,
                    &partitions,
                    &expected,
                    &next,
                    &self.topic.epoch,
                    &self.topic.topic_id,
                ],
            )
            .await?;
        if moved.len() != batch.swaps.len() {
            require_epoch(self.session.transaction, self.topic.epoch).await?;
            return Err(LoadError::OffsetsMoved);
        }
        let changed = |row: &Row| row.get::<_, i64>("reference_version") != self.reference.version;
        if moved.iter().any(changed) {
            return Err(LoadError::ReferenceChanged);
        }
        Ok(())
    }

    async fn write_holes<T>(&self, batch: &Batch<T>) -> Result<(), DatabaseError> {
        if batch.holes.is_empty() {
            return Ok(());
        }
        let partitions: Vec<i32> = batch.holes.iter().map(|hole| hole.partition).collect();
        let first: Vec<i64> = batch.holes.iter().map(|hole| hole.first).collect();
        let next: Vec<i64> = batch.holes.iter().map(|hole| hole.next).collect();
        self.session
            .execute(
                prepared::WRITE_HOLES,
                "note offsets without a record",
                &[&self.topic.topic_id, &partitions, &first, &next],
            )
            .await?;
        Ok(())
    }
}
