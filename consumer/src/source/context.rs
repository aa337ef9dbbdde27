use std::sync::Mutex;
use std::sync::mpsc::Sender;

use platform::kafka::{forward_error, forward_log};
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Offset, TopicPartitionList};

use super::Start;
use crate::error::ConsumerError;
use crate::standing::Standing;

/// What changed in a rebalance: partitions with what to begin at, and partitions that go.
#[derive(Debug, Default)]
pub(super) struct Rebalance {
    pub(super) assigned: Vec<(i32, Standing)>,
    pub(super) revoked: Vec<i32>,
}

/// Answers rebalances: a new partition begins at the offset that the warehouse holds.
///
/// The callback runs on the polling thread, within `poll`, where it may wait for the database, and at the end on the
/// thread that leaves the group.
pub(super) struct Context {
    start: Start,
    events: Mutex<Sender<Result<Rebalance, ConsumerError>>>,
}

impl Context {
    pub(super) fn new(start: Start, events: Sender<Result<Rebalance, ConsumerError>>) -> Self {
        Self {
            start,
            events: Mutex::new(events),
        }
    }

    fn tell(&self, event: Result<Rebalance, ConsumerError>) {
        let events = self
            .events
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        // The receiver lives as long as the polling thread, which is here.
        let _ = events.send(event);
    }

    fn assign(
        &self,
        consumer: &BaseConsumer<Self>,
        partitions: &TopicPartitionList,
    ) -> Result<Rebalance, ConsumerError> {
        let mut rebalance = Rebalance::default();
        let mut from = TopicPartitionList::new();
        for element in partitions.elements() {
            let standing = self.start.standing_of(element.partition())?;
            // What is held is read from where it stands once it is let on; the log may not reach back to that any more.
            let next = match standing.storm {
                Some(_) => Offset::End,
                None => Offset::Offset(standing.next),
            };
            from.add_partition_offset(element.topic(), element.partition(), next)
                .map_err(ConsumerError::Poll)?;
            rebalance.assigned.push((element.partition(), standing));
        }
        consumer
            .incremental_assign(&from)
            .map_err(ConsumerError::Poll)?;
        let assigned = rebalance.assigned.iter();
        let partitions: Vec<_> = assigned.map(|(it, from)| (*it, from.next)).collect();
        tracing::info!(
            ?partitions,
            "partitions assigned, each with its next offset"
        );
        Ok(rebalance)
    }

    fn revoke(
        consumer: &BaseConsumer<Self>,
        partitions: &TopicPartitionList,
    ) -> Result<Rebalance, ConsumerError> {
        let revoked: Vec<i32> = partitions
            .elements()
            .iter()
            .map(rdkafka::topic_partition_list::TopicPartitionListElem::partition)
            .collect();
        consumer
            .incremental_unassign(partitions)
            .map_err(ConsumerError::Poll)?;
        tracing::info!(partitions = ?revoked, "partitions revoked");
        Ok(Rebalance {
            assigned: Vec::new(),
            revoked,
        })
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        forward_log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        forward_error(&error, reason);
    }
}

impl ConsumerContext for Context {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        code: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        let event = match code {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => {
                let assigned = self.assign(consumer, partitions);
                if assigned.is_err() {
                    // librdkafka waits for an answer to each rebalance, also of a member that is about to leave.
                    let _ = consumer.incremental_assign(&TopicPartitionList::new());
                }
                assigned
            }
            // Lost partitions come this way too. A lane that still writes one of them is fenced by
            // the compare-and-swap.
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS => {
                Self::revoke(consumer, partitions)
            }
            other => Err(ConsumerError::Ended(format!("rebalance failed: {other:?}"))),
        };
        self.tell(event);
    }
}
