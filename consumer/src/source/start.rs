use std::sync::Arc;

use database::{Topic, offset};
use platform::kafka::{Cluster, TopicName, Watermarks};
use platform::retry::{Abandoned, Backoff, until_success};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::error::ConsumerError;

/// Tells where to begin reading a partition: where the warehouse stands, or at the beginning of
/// the log where it was never read. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Start {
    pub(crate) runtime: Handle,
    pub(crate) database_url: Arc<str>,
    pub(crate) cluster: Cluster,
    pub(crate) topic: Topic,
    pub(crate) topic_name: TopicName,
    pub(crate) shutdown: CancellationToken,
}

impl Start {
    pub(super) fn topic(&self) -> &str {
        &self.topic.name
    }

    /// The next offset to read of a partition; blocks until database and broker answer.
    pub(super) fn offset_of(&self, partition: i32) -> Result<i64, ConsumerError> {
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
                Ok(next) => Ok(next),
                Err(Abandoned::Permanent(error)) => Err(error),
                Err(Abandoned::Shutdown) => Err(ConsumerError::Ended("shutting down".into())),
            }
        })
    }

    /// Errs where the log no longer holds, or never held, what is to be read next.
    pub(super) fn require_records(&self) -> Result<(), ConsumerError> {
        for partition in 0..self.topic.partitions {
            self.offset_of(i32::try_from(partition).unwrap_or(i32::MAX))?;
        }
        Ok(())
    }

    async fn find(&self, partition: i32) -> Result<i64, ConsumerError> {
        let log = self.cluster.watermarks(&self.topic_name).await?;
        let Some(log) = log.into_iter().find(|log| log.partition == partition) else {
            return Err(ConsumerError::Ended(format!(
                "partition {partition} does not exist"
            )));
        };
        let client = database::connect(&self.database_url, "wardflow consumer").await?;
        if let Some(stored) =
            offset::next_offset(&client, &self.topic.cluster_id, &self.topic.name, partition)
                .await?
        {
            self.within(stored, log)
        } else {
            offset::begin(&client, &self.topic, partition, log.low).await?;
            Ok(log.low)
        }
    }

    fn within(&self, stored: i64, log: Watermarks) -> Result<i64, ConsumerError> {
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
            Ok(stored)
        }
    }
}
