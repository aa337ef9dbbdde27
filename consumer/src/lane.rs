//! A lane: one worker with one database connection of its own, which owns a set of partitions.

mod hand_on;
mod write;

use std::collections::HashMap;
use std::sync::Arc;

use database::Topic;
use database::load::{Batch, Loaded};
use database::reference::Reference;
use platform::retry::{Abandoned, Backoff, until_success};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::batch::Filling;
use crate::bisection::Refused;
use crate::decode::{Decoding, Event};
use crate::error::ConsumerError;
use crate::limits::Limits;
use crate::link::{Command, ToLane, Waiting};
use crate::log::Log;
use crate::metrics::TopicMetrics;
use crate::position::{Positions, Taken};
use crate::record::KafkaRecord;
use crate::run::Summary;
use crate::weather::Weather;

/// Everything a lane works with.
pub(crate) struct Lane<E> {
    pub(crate) number: usize,
    pub(crate) database_url: String,
    pub(crate) log: Log,
    pub(crate) topic: Topic,
    pub(crate) reference: Arc<Reference>,
    pub(crate) decoding: Decoding<E>,
    pub(crate) limits: Limits,
    /// By the database.
    pub(crate) refused: Refused,
    /// Of each partition of ours, as what is written left it; `None` in a lane that no storm holds.
    pub(crate) weather: Option<HashMap<i32, Weather>>,
    pub(crate) inbox: mpsc::UnboundedReceiver<ToLane>,
    pub(crate) waiting: Arc<Waiting>,
    pub(crate) told: watch::Sender<Summary>,
    pub(crate) metrics: TopicMetrics,
    pub(crate) source: std::sync::mpsc::Sender<Command>,
    pub(crate) shutdown: CancellationToken,
}

/// What a lane has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) batches: u64,
    pub(crate) loaded: Loaded,
}

impl<E: Event> Lane<E> {
    /// Works until the inbox closes or shutdown. What is not written then is read again at the next
    /// start.
    pub(crate) async fn run(mut self) -> Result<Done, ConsumerError> {
        let mut loader = None;
        let mut positions = Positions::default();
        let mut done = Done::default();
        loop {
            let Some(mut filled) = self.fill(&mut positions).await? else {
                return Ok(done);
            };
            let closed_at = Instant::now();
            let written = self
                .write(&mut loader, &mut positions, &mut filled.batch)
                .await;
            self.waiting.take(filled.rows, filled.bytes);
            match written {
                Ok(Some(loaded)) => {
                    self.keep(filled.weather, &mut positions, &filled.batch);
                    self.metrics
                        .written(&filled.batch, &loaded, closed_at.elapsed());
                    let batch = Done { batches: 1, loaded };
                    self.told.send_modify(|told| told.add(&batch));
                    done.add(loaded);
                }
                Ok(None) => {}
                Err(Abandoned::Shutdown) => return Ok(done),
                Err(Abandoned::Permanent(error)) => return Err(error),
            }
        }
    }

    /// Collects a batch; `None` when the inbox is closed and empty, or at shutdown.
    async fn fill(
        &mut self,
        positions: &mut Positions,
    ) -> Result<Option<Filled<E::Cleaned>>, ConsumerError> {
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
                Some(ToLane::Assigned {
                    partition,
                    next,
                    weather,
                }) => {
                    // After a seek it may have been assigned before, and come in part.
                    filling.drop_partition(partition);
                    positions.assign(partition, next);
                    if let Some(weather) = weather {
                        // Not after a seek of ours.
                        self.refused.forget(partition);
                        if let Some(all) = &mut self.weather {
                            all.insert(partition, weather);
                        }
                    }
                }
                Some(ToLane::Revoked { partition }) => {
                    positions.revoke(partition);
                    self.refused.forget(partition);
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
        let (batch, weather) = filling.close();
        Ok(Some(Filled {
            batch,
            weather,
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
        filling: &mut Filling<E::Cleaned>,
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
        if let Some(refusal) = self.refused.refusal(record.partition, record.offset) {
            outcome.event = Err(refusal);
        }
        if let Some(schema) = outcome.schema.take() {
            filling.add_schema(schema);
        }
        let bytes = record.bytes();
        let erased = &self.reference.erased;
        let mentions = self.decoding.mentioned(erased, &record, &outcome.event);
        if let Some(weather) = &self.weather {
            let (partition, offset) = (record.partition, record.offset);
            let refusal = outcome.event.as_ref().err();
            // What names somebody who is erased does not come to quarantine.
            let refusal = refusal.filter(|_| mentions.is_none());
            let before = || weather.get(&partition).cloned().unwrap_or_default();
            filling.judge(
                (partition, offset),
                refusal.map(|refusal| refusal.rule.code),
                before,
            );
        }
        let letter = self.decoding.letter_of(&record);
        filling.add(outcome.of(record, (mentions, letter)), expected, bytes);
        Ok(true)
    }
}

/// A closed batch, and how much of what waited is in it or was passed over.
struct Filled<T> {
    batch: Batch<T>,
    weather: HashMap<i32, Weather>,
    rows: usize,
    bytes: usize,
}

impl Done {
    fn add(&mut self, loaded: Loaded) {
        self.batches += 1;
        self.loaded.loaded += loaded.loaded;
        self.loaded.duplicates += loaded.duplicates;
        self.loaded.quarantined += loaded.quarantined;
        self.loaded.erased += loaded.erased;
        self.loaded.derived_rows += loaded.derived_rows;
    }
}
