use database::load::Hole;
use platform::kafka::{Cluster, Probe, TopicName};

use crate::error::ConsumerError;

/// The topic's log, to be asked whether offsets that were passed over hold no record. Cheap to
/// clone.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    pub(crate) cluster: Cluster,
    pub(crate) probe: Probe,
    pub(crate) topic: TopicName,
}

impl Log {
    /// Whether a hole is the log's own: markers of transactions and the like. Where retention made
    /// it, records are lost, which is an error.
    pub(crate) async fn has(&self, hole: &Hole) -> Result<bool, ConsumerError> {
        let log = self
            .cluster
            .watermarks_of(&self.topic, hole.partition)
            .await?;
        if log.low > hole.first {
            return Err(ConsumerError::LostRecords {
                topic: self.topic.to_string(),
                partition: hole.partition,
                stored: hole.first,
                low: log.low,
            });
        }
        let found = self.probe.first_record(hole.partition, hole.first).await?;
        Ok(found == Some(hole.next))
    }
}
