use std::time::Duration;

use database::storm::{self, Storm};
use database::{offset, refold};
use platform::configuration::KafkaArgs;
use platform::kafka::{Cluster, Probe, Topic, TopicName, Watermarks};
use platform::retry::{Abandoned, Backoff, until_success};
use tokio_util::sync::CancellationToken;

use crate::error::ConsumerError;

/// How often the stored offsets are looked at.
const INTERVAL: Duration = Duration::from_millis(250);

/// Waits until all that the topics hold now is loaded, whoever loads it, and patients are folded with
/// the departments as they are. False at shutdown; an error where nothing is left but what a storm holds.
pub async fn loaded_to_end(
    kafka: &KafkaArgs,
    database_url: &str,
    shutdown: &CancellationToken,
) -> Result<bool, ConsumerError> {
    let cluster = Cluster::connect(kafka)?;
    let target = until_success(
        "look how far the topics reach",
        Backoff::default(),
        shutdown,
        ConsumerError::is_retryable,
        || Target::now(&cluster, kafka),
    )
    .await;
    match target {
        Ok(target) => target.reached(database_url, shutdown).await,
        Err(Abandoned::Shutdown) => Ok(false),
        Err(Abandoned::Permanent(error)) => Err(error),
    }
}

/// The end of the topics at some moment.
pub(crate) struct Target {
    cluster: Cluster,
    cluster_id: String,
    ends: Vec<(TopicName, Vec<Watermarks>)>,
}

impl Target {
    /// What the topics hold now, up to the last record: what follows that is none, and the stored
    /// offset never comes to stand behind it.
    pub(crate) async fn now(cluster: &Cluster, kafka: &KafkaArgs) -> Result<Self, ConsumerError> {
        let mut ends = Vec::new();
        for topic in Topic::LOADED {
            let name = topic.name(&kafka.topic_prefix);
            // Statements may never have been sent.
            if topic != Topic::Events && cluster.partition_count(&name).await?.is_none() {
                continue;
            }
            let logs = cluster.watermarks(&name).await?;
            let probe = Probe::new(kafka, name.clone());
            let logs = probe.up_to_last_records(logs).await?;
            ends.push((name, logs));
        }
        Ok(Self {
            cluster: cluster.clone(),
            cluster_id: cluster.id().await?,
            ends,
        })
    }

    /// How far the log of a topic reaches.
    pub(crate) fn logs_of(&self, topic: &str) -> &[Watermarks] {
        let mut ends = self.ends.iter();
        let of_it = ends.find(|(name, _)| name.as_str() == topic);
        of_it.map_or(&[], |(_, logs)| logs)
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
        let mut behind = Vec::new();
        for (topic, logs) in &self.ends {
            let stored = offset::next_offsets(client, &self.cluster_id, topic.as_str()).await?;
            for log in logs {
                let stored = stored.get(&log.partition).copied().unwrap_or(log.low);
                if stored > log.high && !self.has_grown_to(stored, topic, log.partition).await? {
                    return Err(ConsumerError::OtherLog {
                        topic: topic.as_str().to_owned(),
                        partition: log.partition,
                        stored,
                        high: log.high,
                    });
                }
                if stored < log.high {
                    behind.push((topic.as_str(), log.partition));
                }
            }
        }
        // What stands still would be waited for without end; what does not comes first.
        let mut holding = storm::holding(client).await?;
        holding.retain(|it| it.cluster_id == self.cluster_id);
        let storm_of = |(topic, partition): &(&str, i32)| {
            let is_it = |it: &&Storm| it.topic == *topic && it.partition == *partition;
            holding.iter().find(is_it)
        };
        let Some(storms) = behind.iter().map(storm_of).collect::<Option<Vec<_>>>() else {
            return Ok(false);
        };
        if !refold::is_settled(client).await? {
            return Ok(false);
        }
        match storms.first() {
            None => Ok(true),
            Some(storm) => Err(ConsumerError::from((*storm).clone())),
        }
    }

    /// Whether the log has come to reach an offset since: others send and load as well.
    async fn has_grown_to(
        &self,
        offset: i64,
        topic: &TopicName,
        partition: i32,
    ) -> Result<bool, ConsumerError> {
        let now = self.cluster.watermarks(topic).await?;
        Ok(now
            .iter()
            .any(|log| log.partition == partition && log.high >= offset))
    }
}
