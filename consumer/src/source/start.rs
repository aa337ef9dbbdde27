use std::sync::Arc;

use database::{DatabaseError, Topic, bronze, offset};
use platform::kafka::Watermarks;
use platform::retry::{Abandoned, Backoff, until_success};
use tokio::runtime::Handle;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::error::ConsumerError;
use crate::log::Log;
use crate::standing::Standing;

/// Tells where to begin reading a partition: where the warehouse stands, or at the beginning of
/// the log where it was never read. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Start {
    pub(crate) runtime: Handle,
    pub(crate) database_url: Arc<str>,
    pub(crate) log: Log,
    pub(crate) topic: Topic,
    pub(crate) shutdown: CancellationToken,
}

impl Start {
    pub(super) fn topic(&self) -> &str {
        &self.topic.name
    }

    /// Where to begin a partition, if a storm does not hold it; blocks until database and broker answer.
    pub(super) fn standing_of(&self, partition: i32) -> Result<Standing, ConsumerError> {
        self.runtime.block_on(async {
            let found = until_success(
                "find where a partition begins",
                Backoff::default(),
                &self.shutdown,
                ConsumerError::is_retryable,
                || self.find(partition),
            )
            .await;
            match found {
                Ok(standing) => Ok(standing),
                Err(Abandoned::Permanent(error)) => Err(error),
                Err(Abandoned::Shutdown) => Err(ConsumerError::Ended("shutting down".into())),
            }
        })
    }

    /// Errs where the log no longer holds, or never held, what is to be read next.
    pub(super) fn require_records(&self) -> Result<(), ConsumerError> {
        for partition in 0..self.topic.partitions {
            self.standing_of(i32::try_from(partition).unwrap_or(i32::MAX))?;
        }
        Ok(())
    }

    /// The same, asked once.
    pub(crate) async fn find(&self, partition: i32) -> Result<Standing, ConsumerError> {
        if partition.unsigned_abs() >= self.topic.partitions
            && let Some(found) = self.log.partitions().await?
        {
            self.topic.require_partitions(found)?;
        }
        let client = self.connect().await?;
        // Before the log is looked at, which only grows: another may write until the last moment.
        let mut stored = Standing::read(&client, &self.topic, partition).await?;
        // What the log has of a partition that stands still is looked at when it is let on.
        if let Some(standing) = stored.take_if(|standing| standing.storm.is_some()) {
            return Ok(standing);
        }
        let log = self.log.watermarks_of(partition).await?;
        if let Some(standing) = stored {
            self.within(standing.next, log)?;
            self.require_same_log(&client, standing.next, log).await?;
            Ok(standing)
        } else {
            offset::begin(&client, &self.topic, partition, log.low).await?;
            Ok(Standing::at_the_beginning(log.low))
        }
    }

    /// A connection to the warehouse.
    pub(crate) async fn connect(&self) -> Result<Client, DatabaseError> {
        database::connect(&self.database_url, "wardflow consumer").await
    }

    /// Errs where the last record before the stored offset is not the one that was loaded: then the
    /// topic was deleted and made again, and has grown since.
    async fn require_same_log(
        &self,
        client: &Client,
        stored: i64,
        log: Watermarks,
    ) -> Result<(), ConsumerError> {
        let (partition, offset) = (log.partition, stored - 1);
        if offset < log.low {
            return Ok(());
        }
        let Some(found) = self.log.record_at(partition, offset).await? else {
            return Ok(());
        };
        if bronze::holds(client, self.topic.topic_id, partition, &found).await? {
            return Ok(());
        }
        Err(ConsumerError::OtherRecord {
            topic: self.topic.name.clone(),
            partition,
            offset,
        })
    }

    fn within(&self, stored: i64, log: Watermarks) -> Result<(), ConsumerError> {
        let topic = self.topic.name.clone();
        let Watermarks {
            partition,
            low,
            high,
        } = log;
        if stored < low {
            Err(ConsumerError::LostRecords {
                topic,
                partition,
                stored,
                low,
            })
        } else if stored > high {
            Err(ConsumerError::OtherLog {
                topic,
                partition,
                stored,
                high,
            })
        } else {
            Ok(())
        }
    }
}
