use std::collections::BTreeSet;

use database::load::Hole;
use platform::kafka::{Cluster, Found, KafkaFailure, Probe, TopicName, Watermarks};

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

    /// The topic's name.
    pub(crate) fn topic(&self) -> &str {
        self.topic.as_str()
    }

    /// The partitions that a group has given to members; `None` while it is about to change that.
    pub(crate) async fn assigned(
        &self,
        group_id: &str,
    ) -> Result<Option<BTreeSet<i32>>, KafkaFailure> {
        self.cluster.assigned(group_id, &self.topic).await
    }

    /// How many partitions the topic has, where there is one.
    pub(crate) async fn partitions(&self) -> Result<Option<usize>, KafkaFailure> {
        self.cluster.partition_count(&self.topic).await
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
        self.probe.record_at(partition, offset).await
    }

    /// Whether the log has holes where records were passed over: markers of transactions and the
    /// like. The holes are of one partition, ascending.
    ///
    /// What retention has removed since it was read cannot be looked at; it made no hole, since
    /// reading ends where the log begins later than what is to be read.
    pub(crate) async fn has(&self, holes: &[Hole]) -> Result<bool, KafkaFailure> {
        let (Some(first), Some(last)) = (holes.first(), holes.last()) else {
            return Ok(true);
        };
        let low = self.watermarks_of(first.partition).await?.low;
        if low >= last.next {
            return Ok(true);
        }
        let from = first.first.max(low);
        let records = self.probe.offsets(first.partition, from, last.next).await?;
        Ok(holes.iter().all(|hole| is_hole(hole, &records, from)))
    }
}

/// Whether none of the records, which are known from an offset on, lies in a hole, and one after it.
fn is_hole(hole: &Hole, records: &[i64], known_from: i64) -> bool {
    let before = |offset| records.partition_point(|record| *record < offset);
    let ends = hole.next < known_from || records.binary_search(&hole.next).is_ok();
    ends && before(hole.first) == before(hole.next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_has_no_record_and_one_after_it() {
        let hole = |first, next| Hole {
            partition: 0,
            first,
            next,
        };
        let records = [10, 11, 15, 16, 20];
        assert!(is_hole(&hole(12, 15), &records, 10));
        assert!(is_hole(&hole(17, 20), &records, 10));
        assert!(!is_hole(&hole(11, 15), &records, 10), "11 is a record");
        assert!(!is_hole(&hole(12, 16), &records, 10), "15 is a record");
        assert!(!is_hole(&hole(12, 14), &records, 10), "14 is none");
        assert!(is_hole(&hole(3, 5), &records, 10), "removed since");
    }
}
