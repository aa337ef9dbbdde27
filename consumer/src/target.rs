use std::time::Duration;

use database::offset;
use platform::configuration::KafkaArgs;
use platform::kafka::{Cluster, Probe, Topic, TopicName, Watermarks};
use platform::retry::{Abandoned, Backoff, until_success};
use tokio_util::sync::CancellationToken;

use crate::error::ConsumerError;

/// How often the stored offsets are looked at.
const INTERVAL: Duration = Duration::from_millis(100);

/// Waits until all that the topic of events holds now is loaded, whoever loads it. False at
/// shutdown.
pub async fn loaded_to_end(
    kafka: &KafkaArgs,
    database_url: &str,
    shutdown: &CancellationToken,
) -> Result<bool, ConsumerError> {
    let cluster = Cluster::connect(kafka)?;
    let topic = Topic::Events.name(&kafka.topic_prefix);
    let probe = Probe::new(kafka, topic.clone());
    let target = until_success(
        "look how far the topic reaches",
        Backoff::default(),
        shutdown,
        ConsumerError::is_retryable,
        || Target::now(&cluster, &probe, topic.clone()),
    )
    .await;
    match target {
        Ok(target) => target.reached(database_url, shutdown).await,
        Err(Abandoned::Shutdown) => Ok(false),
        Err(Abandoned::Permanent(error)) => Err(error),
    }
}

/// The end of a topic at some moment.
pub(crate) struct Target {
    cluster: Cluster,
    cluster_id: String,
    topic: TopicName,
    end: Vec<Watermarks>,
}

impl Target {
    /// What the topic holds now, up to the last record: what follows that is none, and the stored
    /// offset never comes to stand behind it.
    pub(crate) async fn now(
        cluster: &Cluster,
        probe: &Probe,
        topic: TopicName,
    ) -> Result<Self, ConsumerError> {
        let end = probe
            .up_to_last_records(cluster.watermarks(&topic).await?)
            .await?;
        Ok(Self {
            cluster: cluster.clone(),
            cluster_id: cluster.id().await?,
            topic,
            end,
        })
    }

    /// Waits until the warehouse is loaded up to here. False at shutdown.
    pub(crate) async fn reached(
        &self,
        database_url: &str,
        shutdown: &CancellationToken,
    ) -> Result<bool, ConsumerError> {
        let mut client = None;
        loop {
            let reached = tokio::select! {
                reached = self.is_reached(&mut client, database_url) => reached,
                () = shutdown.cancelled() => return Ok(false),
            };
            match reached {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(error) if error.is_retryable() => client = None,
                Err(error) => return Err(error),
            }
            tokio::select! {
                () = shutdown.cancelled() => return Ok(false),
                () = tokio::time::sleep(INTERVAL) => {}
            }
        }
    }

    async fn is_reached(
        &self,
        client: &mut Option<tokio_postgres::Client>,
        database_url: &str,
    ) -> Result<bool, ConsumerError> {
        let client = match client {
            Some(client) => client,
            None => client.insert(database::connect(database_url, "wardflow consumer").await?),
        };
        for log in &self.end {
            let topic = self.topic.as_str();
            let stored =
                offset::next_offset(client, &self.cluster_id, topic, log.partition).await?;
            let stored = stored.unwrap_or(log.low);
            if stored > log.high && !self.has_grown_to(stored, log.partition).await? {
                return Err(ConsumerError::OtherLog {
                    topic: topic.to_owned(),
                    partition: log.partition,
                    stored,
                    high: log.high,
                });
            }
            if stored < log.high {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the log has come to reach an offset since: others send and load as well.
    async fn has_grown_to(&self, offset: i64, partition: i32) -> Result<bool, ConsumerError> {
        let now = self.cluster.watermarks(&self.topic).await?;
        Ok(now
            .iter()
            .any(|log| log.partition == partition && log.high >= offset))
    }
}
