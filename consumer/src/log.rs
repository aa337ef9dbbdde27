use database::load::Hole;
use platform::kafka::{Cluster, Found, KafkaFailure, Probe, TopicName, Watermarks};

use crate::error::ConsumerError;

/// The topic's log, to be asked beside the reading: how far it reaches, and what stands where. Cheap
/// to clone.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    cluster: Cluster,
    probe: Probe,
    topic: TopicName,
}

impl Log {
    pub(crate) fn new(cluster: Cluster, probe: Probe, topic: TopicName) -> Self {
        Self {
            cluster,
            probe,
            topic,
        }
    }

    pub(crate) async fn watermarks_of(&self, partition: i32) -> Result<Watermarks, KafkaFailure> {
        self.cluster.watermarks_of(&self.topic, partition).await
    }

    /// The record at an offset, where there is one.
    pub(crate) async fn record_at(
        &self,
        partition: i32,
        offset: i64,
    ) -> Result<Option<Found>, KafkaFailure> {
        let found = self.probe.first_record(partition, offset).await?;
        Ok(found.filter(|found| found.offset == offset))
    }

    /// Whether a hole is the log's own: markers of transactions and the like. Where retention made
    /// it, records are lost, which is an error.
    pub(crate) async fn has(&self, hole: &Hole) -> Result<bool, ConsumerError> {
        let low = self.watermarks_of(hole.partition).await?.low;
        if low > hole.first {
            return Err(ConsumerError::LostRecords {
                topic: self.topic.to_string(),
                partition: hole.partition,
                stored: hole.first,
                low,
            });
        }
        let found = self.probe.first_record(hole.partition, hole.first).await?;
        Ok(found.is_some_and(|found| found.offset == hole.next))
    }
}
