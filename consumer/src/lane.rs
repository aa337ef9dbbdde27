use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use database::load::{Batch, LoadError, Loaded, Loader, Swap};
use database::{DatabaseError, Topic, offset};
use domain::history::Departments;
use platform::retry::{Abandoned, Backoff, until_success};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::batch::Filling;
use crate::decode::Decoding;
use crate::error::ConsumerError;
use crate::limits::Limits;
use crate::link::{Command, ToLane, Waiting};
use crate::log::Log;
use crate::position::{Positions, Taken};
use crate::record::KafkaRecord;

/// Everything a lane works with.
pub(crate) struct Lane {
    pub(crate) number: usize,
    pub(crate) database_url: String,
    pub(crate) log: Log,
    pub(crate) topic: Topic,
    pub(crate) departments: Arc<Departments>,
    pub(crate) decoding: Decoding,
    pub(crate) limits: Limits,
    pub(crate) inbox: mpsc::UnboundedReceiver<ToLane>,
    pub(crate) waiting: Arc<Waiting>,
    pub(crate) source: std::sync::mpsc::Sender<Command>,
    pub(crate) shutdown: CancellationToken,
}

/// What a lane has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) batches: u64,
    pub(crate) loaded: Loaded,
}

impl Lane {
    /// Works until the inbox closes or shutdown. What is not written then is read again at the next
    /// start.
    pub(crate) async fn run(mut self) -> Result<Done, ConsumerError> {
        let mut loader = None;
        let mut positions = Positions::default();
        let mut done = Done::default();
        loop {
            let Some(filled) = self.fill(&mut positions).await? else {
                return Ok(done);
            };
            let written = self.write(&mut loader, &mut positions, &filled.batch).await;
            self.waiting.take(filled.rows, filled.bytes);
            match written {
                Ok(Some(loaded)) => done.add(loaded),
                Ok(None) => {}
                Err(Abandoned::Shutdown) => return Ok(done),
                Err(Abandoned::Permanent(error)) => return Err(error),
            }
        }
    }

    /// Collects a batch; `None` when the inbox is closed and empty, or at shutdown.
    async fn fill(&mut self, positions: &mut Positions) -> Result<Option<Filled>, ConsumerError> {
        let mut filling = Filling::default();
        let (mut rows, mut bytes) = (0, 0);
        let mut closes_at: Option<Instant> = None;
        while !filling.is_full(&self.limits) {
            let message = match closes_at {
                None => self.inbox.recv().await,
                Some(at) => match timeout_at(at, self.inbox.recv()).await {
                    Ok(message) => message,
                    Err(_) => break,
                },
            };
            match message {
                None if rows == 0 => return Ok(None),
                None => break,
                Some(ToLane::Assigned { partition, next }) => positions.assign(partition, next),
                Some(ToLane::Revoked { partition }) => {
                    positions.revoke(partition);
                    filling.drop_partition(partition);
                }
                Some(ToLane::Record(record)) => {
                    closes_at.get_or_insert_with(|| Instant::now() + self.limits.batch_wait);
                    rows += 1;
                    bytes += record.bytes();
                    if !self.take(*record, positions, &mut filling).await? {
                        return Ok(None);
                    }
                }
            }
        }
        Ok(Some(Filled {
            batch: filling.close(),
            rows,
            bytes,
        }))
    }

    /// Decodes a record into the batch, unless it is not the next of its partition. False at
    /// shutdown.
    async fn take(
        &mut self,
        record: KafkaRecord,
        positions: &mut Positions,
        filling: &mut Filling,
    ) -> Result<bool, ConsumerError> {
        let Taken::Next { expected } = positions.take(record.partition, record.offset) else {
            return Ok(true);
        };
        let decoded = until_success(
            "ask the registry for a schema",
            Backoff::default(),
            &self.shutdown,
            |error: &platform::registry::RegistryError| error.fault().is_retryable(),
            || self.decoding.decode(&record),
        )
        .await;
        let mut outcome = match decoded {
            Ok(outcome) => outcome,
            Err(Abandoned::Shutdown) => return Ok(false),
            Err(Abandoned::Permanent(error)) => return Err(error.into()),
        };
        if let Some(schema) = outcome.schema.take() {
            filling.add_schema(schema);
        }
        let bytes = record.bytes();
        filling.add(outcome.of(record), expected, bytes);
        Ok(true)
    }

    /// Writes a batch, however often the database goes away meanwhile. `None` where the stored
    /// offsets were others: then the lane seeks to them.
    async fn write(
        &mut self,
        loader: &mut Option<Loader>,
        positions: &mut Positions,
        batch: &Batch,
    ) -> Result<Option<Loaded>, Abandoned<ConsumerError>> {
        if batch.records.is_empty() {
            return Ok(None);
        }
        if !self.has_its_holes(batch).await? {
            let begins: Vec<_> = batch.swaps.iter().map(Swap::begin).collect();
            tracing::warn!(
                lane = self.number,
                "records were passed over: reading them again"
            );
            self.seek(positions, &begins);
            return Ok(None);
        }
        let mut attempt = 0_u32;
        loop {
            match self.try_write(loader, batch).await {
                Ok(loaded) => {
                    self.decoding.keep(&batch.schemas);
                    self.tell_written(batch);
                    return Ok(Some(loaded));
                }
                Err(LoadError::OffsetsMoved) => {
                    match self.find_offsets(loader.as_ref(), batch).await {
                        Ok(stored) => {
                            tracing::info!(
                                lane = self.number,
                                ?stored,
                                "another writer moved these partitions: going on from there"
                            );
                            self.seek(positions, &stored);
                            return Ok(None);
                        }
                        Err(error) => self.wait_after(error, loader, &mut attempt).await?,
                    }
                }
                Err(LoadError::Database(error)) => {
                    self.wait_after(error, loader, &mut attempt).await?;
                }
            }
        }
    }

    /// False where the log holds records at offsets that a batch takes for holes.
    async fn has_its_holes(&self, batch: &Batch) -> Result<bool, Abandoned<ConsumerError>> {
        for hole in &batch.holes {
            let is_real = until_success(
                "look at offsets without a record",
                Backoff::default(),
                &self.shutdown,
                ConsumerError::is_retryable,
                || self.log.has(hole),
            )
            .await?;
            if !is_real {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn try_write(
        &self,
        loader: &mut Option<Loader>,
        batch: &Batch,
    ) -> Result<Loaded, LoadError> {
        let loader = match loader {
            Some(loader) => loader,
            None => loader.insert(self.connect().await?),
        };
        loader.load(batch, Utc::now()).await
    }

    async fn connect(&self) -> Result<Loader, DatabaseError> {
        let name = format!("wardflow consumer lane {}", self.number);
        let client = database::connect(&self.database_url, &name).await?;
        Loader::new(client, self.topic.clone(), Arc::clone(&self.departments)).await
    }

    /// A lost connection is replaced: what became of its transaction the offsets will tell.
    async fn wait_after(
        &self,
        error: DatabaseError,
        loader: &mut Option<Loader>,
        attempt: &mut u32,
    ) -> Result<(), Abandoned<ConsumerError>> {
        *loader = None;
        if !error.is_transient() {
            return Err(Abandoned::Permanent(error.into()));
        }
        *attempt += 1;
        let delay = Backoff {
            first: Duration::from_millis(100),
            ..Backoff::default()
        }
        .delay(*attempt);
        tracing::warn!(lane = self.number, attempt, ?delay, %error, "writing failed, trying again");
        tokio::select! {
            () = self.shutdown.cancelled() => Err(Abandoned::Shutdown),
            () = tokio::time::sleep(delay) => Ok(()),
        }
    }

    async fn find_offsets(
        &self,
        loader: Option<&Loader>,
        batch: &Batch,
    ) -> Result<Vec<(i32, i64)>, DatabaseError> {
        let mut stored = Vec::new();
        if let Some(loader) = loader {
            for swap in &batch.swaps {
                let Topic {
                    cluster_id, name, ..
                } = &self.topic;
                let next =
                    offset::next_offset(loader.client(), cluster_id, name, swap.partition).await?;
                let next = next.ok_or_else(|| {
                    DatabaseError::State(format!(
                        "ops.kafka_offset has lost the row of partition {} of {name}: restore it \
                         with the offset after the last one in bronze",
                        swap.partition
                    ))
                })?;
                stored.push((swap.partition, next));
            }
        }
        Ok(stored)
    }

    /// Reads partitions on from other offsets: what comes before that is done is passed over.
    fn seek(&self, positions: &mut Positions, nexts: &[(i32, i64)]) {
        for (partition, next) in nexts {
            positions.revoke(*partition);
            // The polling thread outlives the lanes, except at shutdown.
            let _ = self.source.send(Command::Seek {
                partition: *partition,
                offset: *next,
            });
        }
    }

    fn tell_written(&self, batch: &Batch) {
        for swap in &batch.swaps {
            let _ = self.source.send(Command::Written {
                partition: swap.partition,
                next: swap.next,
            });
        }
    }
}

/// A closed batch, and how much of what waited is in it or was passed over.
struct Filled {
    batch: Batch,
    rows: usize,
    bytes: usize,
}

impl Done {
    fn add(&mut self, loaded: Loaded) {
        self.batches += 1;
        self.loaded.loaded += loaded.loaded;
        self.loaded.duplicates += loaded.duplicates;
        self.loaded.quarantined += loaded.quarantined;
        self.loaded.derived_rows += loaded.derived_rows;
    }
}
