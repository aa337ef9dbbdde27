//! How far topics reach, and how much of them the warehouse has not loaded.

use std::iter::Sum;

use database::offset::next_offsets;
use platform::kafka::{Cluster, KafkaFailure, TopicName};
use tokio_postgres::Client;

/// What Kafka says of topics, beside what the warehouse does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Records that were ever sent.
    pub(crate) sent: i64,
    /// Records that were not read yet.
    pub(crate) lag: i64,
}

impl Reach {
    /// Of a topic of a cluster; one that nobody has sent to reaches nowhere.
    pub(crate) async fn of(
        (cluster, cluster_id): (&Cluster, &str),
        topic: &TopicName,
        client: &Client,
    ) -> anyhow::Result<Self> {
        // Before the log, which only grows.
        let next = next_offsets(client, cluster_id, topic.as_str()).await?;
        let logs = match cluster.watermarks(topic).await {
            Err(KafkaFailure::Topic { .. }) => return Ok(Self::default()),
            logs => logs?,
        };
        let reaches = logs.into_iter().map(|log| {
            let next = next.get(&log.partition).copied().unwrap_or(log.low);
            Self {
                sent: log.high,
                lag: (log.high - next).max(0),
            }
        });
        Ok(reaches.sum())
    }
}

impl Sum for Reach {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |all, it| Self {
            sent: all.sent + it.sent,
            lag: all.lag + it.lag,
        })
    }
}
