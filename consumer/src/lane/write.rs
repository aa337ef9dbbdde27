use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use database::DatabaseError;
use database::load::{Batch, LoadError, Loaded, Loader};
use database::reference::{Reference, reference};
use platform::kafka::KafkaFailure;
use platform::metrics;
use platform::retry::{Abandoned, Backoff, until_success};

use super::Lane;
use crate::bisection::Looked;
use crate::decode::Event;
use crate::error::ConsumerError;
use crate::link::Command;
use crate::position::Positions;
use crate::standing::Standing;
use crate::weather::Weather;

/// How long a batch that is being written may still take at shutdown. Broken off it is as if it had
/// never begun, or, if it was committed, as if its answer were lost.
const GRACE: Duration = Duration::from_secs(5);

/// How a batch that failed is tried again.
const AGAIN: Backoff = Backoff {
    first: Duration::from_millis(100),
    longest: Duration::from_secs(10),
};

impl<E: Event> Lane<E> {
    /// Writes a batch, however often the database goes away meanwhile. `None` where it is to be read
    /// again: the lane seeks.
    pub(super) async fn write(
        &mut self,
        loader: &mut Option<Loader<E::Cleaned>>,
        positions: &mut Positions,
        batch: &mut Batch<E::Cleaned>,
    ) -> Result<Option<Loaded>, Abandoned<ConsumerError>> {
        if batch.records.is_empty() {
            return Ok(None);
        }
        if !self.has_its_holes(batch).await? {
            tracing::warn!(
                lane = self.number,
                "records were passed over: reading them again"
            );
            self.seek(positions, &begins(batch));
            return Ok(None);
        }
        let mut attempt = 0_u32;
        loop {
            let error = match self.in_time(self.try_write(loader, batch)).await? {
                Ok(loaded) => {
                    self.decoding.keep(&batch.schemas);
                    self.refused.written(batch);
                    self.tell_written(batch);
                    return Ok(Some(loaded));
                }
                Err(LoadError::OffsetsMoved) => match self.in_time(self.standings(batch)).await? {
                    Ok(standings) => {
                        self.go_on_from(positions, standings);
                        return Ok(None);
                    }
                    Err(error) => error,
                },
                Err(LoadError::ReferenceChanged) => {
                    match self.in_time(self.new_reference()).await? {
                        Ok(reference) => {
                            self.take_up(reference);
                            *loader = None;
                            self.seek(positions, &begins(batch));
                            return Ok(None);
                        }
                        Err(error) => error,
                    }
                }
                Err(LoadError::Database(error)) if error.is_about_a_row() => {
                    let begins = begins(batch);
                    self.look_for_refused(loader, batch, error).await?;
                    self.seek(positions, &begins);
                    return Ok(None);
                }
                Err(LoadError::Database(error)) => error,
            };
            *loader = None;
            self.wait_after(error, &mut attempt).await?;
        }
    }

    /// Keeps the weather that a written batch left. A partition that a storm holds now is read no further.
    pub(super) fn keep(
        &mut self,
        left: HashMap<i32, Weather>,
        positions: &mut Positions,
        batch: &Batch<E::Cleaned>,
    ) {
        if let Some(weather) = &mut self.weather {
            weather.extend(left);
        }
        if let Some(storm) = &batch.storm {
            tracing::error!(
                topic = self.topic.name,
                partition = storm.partition,
                offset = storm.offset,
                rule = storm.rule,
                refused = storm.refused,
                "a rule refuses too much: the partition stands still until somebody lets it on (consumer resume)"
            );
            self.hold(positions, storm.partition);
        }
    }

    /// False where the log holds records at offsets that a batch takes for holes.
    pub(super) async fn has_its_holes(
        &self,
        batch: &Batch<E::Cleaned>,
    ) -> Result<bool, Abandoned<ConsumerError>> {
        let mut holes = batch.holes.clone();
        holes.sort_unstable_by_key(|hole| (hole.partition, hole.first));
        for of_partition in holes.chunk_by(|one, next| one.partition == next.partition) {
            let are_real = until_success(
                "look at offsets without a record",
                Backoff::default(),
                &self.shutdown,
                |error: &KafkaFailure| error.fault().is_retryable(),
                || self.log.has(of_partition),
            )
            .await
            .map_err(|abandoned| abandoned.map(ConsumerError::from))?;
            if !are_real {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What some work results in, unless it takes longer than [`GRACE`] from shutdown on: a database
    /// that hangs would hold up the end for ever.
    async fn in_time<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Result<T, Abandoned<ConsumerError>> {
        let too_late = async {
            self.shutdown.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            result = work => Ok(result),
            () = too_late => {
                tracing::warn!(lane = self.number, "the database does not answer: a batch is left");
                Err(Abandoned::Shutdown)
            }
        }
    }

    async fn try_write(
        &self,
        loader: &mut Option<Loader<E::Cleaned>>,
        batch: &Batch<E::Cleaned>,
    ) -> Result<Loaded, LoadError> {
        let loader = match loader {
            Some(loader) => loader,
            None => loader.insert(self.connect().await?),
        };
        loader.load(batch, Utc::now()).await
    }

    async fn connect(&self) -> Result<Loader<E::Cleaned>, DatabaseError> {
        let name = format!("wardflow consumer lane {}", self.number);
        let client = database::connect(&self.database_url, &name).await?;
        Loader::new(client, self.topic.clone(), Arc::clone(&self.reference)).await
    }

    /// A lost connection is replaced: what became of its transaction the offsets will tell.
    async fn wait_after(
        &self,
        error: DatabaseError,
        attempt: &mut u32,
    ) -> Result<(), Abandoned<ConsumerError>> {
        if !error.is_transient() {
            return Err(Abandoned::Permanent(error.into()));
        }
        *attempt += 1;
        metrics::retried("write a batch");
        let delay = AGAIN.delay(*attempt);
        tracing::warn!(lane = self.number, attempt, ?delay, %error, "writing failed, trying again");
        self.pause(delay).await
    }

    async fn pause(&self, delay: Duration) -> Result<(), Abandoned<ConsumerError>> {
        tokio::select! {
            () = self.shutdown.cancelled() => Err(Abandoned::Shutdown),
            () = tokio::time::sleep(delay) => Ok(()),
        }
    }

    /// Looks for the records of a batch that the database refuses. What comes in between, a lost connection or a lost
    /// partition, ends it: the records are read again in any case.
    async fn look_for_refused(
        &mut self,
        loader: &mut Option<Loader<E::Cleaned>>,
        batch: &mut Batch<E::Cleaned>,
        error: DatabaseError,
    ) -> Result<(), Abandoned<ConsumerError>> {
        let (lane, topic, records) = (self.number, &self.topic.name, batch.records.len());
        tracing::warn!(lane, topic, records, %error, "a batch is refused: looking for the record");
        metrics::retried("write a batch");
        let Some(used) = loader else {
            return Ok(());
        };
        let mut refused = std::mem::take(&mut self.refused);
        let looked = self.in_time(refused.look_in(batch, used, Utc::now())).await;
        self.refused = refused;
        match looked? {
            Ok(Looked::NotRecords(error)) => Err(Abandoned::Permanent(error.into())),
            Ok(Looked::Passed) => self.pause(AGAIN.first).await,
            Err(LoadError::Database(error)) => {
                *loader = None;
                self.wait_after(error, &mut 0).await
            }
            Ok(Looked::Found) | Err(LoadError::OffsetsMoved | LoadError::ReferenceChanged) => {
                Ok(())
            }
        }
    }

    async fn new_reference(&self) -> Result<Reference, DatabaseError> {
        let client = database::connect(&self.database_url, "wardflow consumer").await?;
        reference(&client).await
    }

    fn take_up(&mut self, reference: Reference) {
        tracing::info!(
            lane = self.number,
            version = reference.version,
            "hospitals, departments or erasures have changed: reading the batch again"
        );
        self.decoding.cleaner = self.decoding.cleaner.with(reference.hospitals.clone());
        self.reference = Arc::new(reference);
    }

    async fn standings(
        &self,
        batch: &Batch<E::Cleaned>,
    ) -> Result<Vec<(i32, Standing)>, DatabaseError> {
        let client = database::connect(&self.database_url, "wardflow consumer").await?;
        let mut standings = Vec::new();
        for swap in &batch.swaps {
            let standing = Standing::read(&client, &self.topic, swap.partition).await?;
            let standing = standing.ok_or_else(|| {
                DatabaseError::State(format!(
                    "ops.kafka_offset has lost the row of partition {} of {}: restore it \
                     with the offset after the last one in bronze",
                    swap.partition, self.topic.name
                ))
            })?;
            standings.push((swap.partition, standing));
        }
        Ok(standings)
    }

    fn go_on_from(&mut self, positions: &mut Positions, standings: Vec<(i32, Standing)>) {
        let stored: Vec<_> = standings.iter().map(|(it, to)| (*it, to.next)).collect();
        tracing::info!(
            lane = self.number,
            ?stored,
            "the offsets were moved, by another writer or by a commit of ours whose answer was \
             lost: going on from there"
        );
        for (partition, standing) in standings {
            if let Some(weather) = &mut self.weather {
                weather.insert(partition, standing.weather);
            }
            if standing.storm.is_some() {
                self.hold(positions, partition);
            } else {
                self.seek(positions, &[(partition, standing.next)]);
            }
        }
    }

    /// Reads no more of a partition, until somebody lets it on.
    fn hold(&mut self, positions: &mut Positions, partition: i32) {
        positions.revoke(partition);
        self.refused.forget(partition);
        // The polling thread outlives the lanes, except at shutdown.
        let _ = self.source.send(Command::Hold { partition });
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

    fn tell_written(&self, batch: &Batch<E::Cleaned>) {
        for swap in &batch.swaps {
            let _ = self.source.send(Command::Written {
                partition: swap.partition,
                next: swap.next,
            });
        }
    }
}

/// Where each partition of a batch begins.
fn begins<T>(batch: &Batch<T>) -> Vec<(i32, i64)> {
    batch
        .swaps
        .iter()
        .map(|swap| (swap.partition, swap.expected))
        .collect()
}
