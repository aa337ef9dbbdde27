//! Partitions that the group has given to nobody.
//!
//! Cooperative members give a partition up in one generation of the group, and another gets it in the next, which the
//! former has to ask for. A static member that is killed or ends in between comes back into the generation that stands,
//! and asks for nothing: what it gave up stays nobody's, and nothing ever changes that, as all are content. So members
//! look at what the group has given away, and one of them has it begin a new generation.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use platform::configuration::KafkaArgs;
use platform::kafka::{create_consumer, forward_error, forward_log};
use platform::metrics;
use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaRespErr;
use tokio_util::sync::CancellationToken;

use crate::error::ConsumerError;
use crate::lag::Reached;
use crate::log::Log;

/// How often the group is looked at. A partition is nobody's for a moment whenever it goes from one to another: it has to
/// be twice in a row.
const INTERVAL: Duration = Duration::from_secs(10);

/// How long the group may take to begin a new generation: its members hear of it by their heartbeats.
const STIRRED_MAX: Duration = Duration::from_secs(30);

/// How long a poll waits.
const POLL: Duration = Duration::from_millis(100);

/// A topic that is read, and by which group.
pub(crate) struct Watched {
    pub(crate) kafka: KafkaArgs,
    pub(crate) log: Log,
    pub(crate) partitions: i32,
    pub(crate) reached: Reached,
}

impl Watched {
    /// Looks again and again until the end. Brokers that do not answer are asked again.
    pub(crate) async fn keep_looking(self, ending: CancellationToken) {
        let looking = async {
            let mut before = BTreeSet::new();
            loop {
                tokio::time::sleep(INTERVAL).await;
                let assigned = self.log.assigned(&self.kafka.group_id).await;
                let Ok(Some(assigned)) = assigned else {
                    before.clear();
                    continue;
                };
                let orphans = self.orphans(&assigned);
                if orphans.is_disjoint(&before) || !self.is_first(&assigned) {
                    before = orphans;
                    continue;
                }
                before.clear();
                tracing::warn!(
                    topic = self.log.topic(),
                    partitions = ?orphans,
                    "the group has given partitions to nobody: having it begin a new generation"
                );
                metrics::retried("assign partitions");
                if let Err(error) = self.stir(&ending).await {
                    tracing::warn!(%error, "the group was not stirred, looking again");
                }
            }
        };
        let _: Option<()> = ending.run_until_cancelled(looking).await;
    }

    fn orphans(&self, assigned: &BTreeSet<i32>) -> BTreeSet<i32> {
        (0..self.partitions)
            .filter(|partition| !assigned.contains(partition))
            .collect()
    }

    /// Whether we are the one of all members who does it: whose is the first partition of those that are somebody's.
    fn is_first(&self, assigned: &BTreeSet<i32>) -> bool {
        let first = assigned.first();
        first.is_none_or(|first| self.reached.partitions().contains(first))
    }

    /// Joins the group as one more member, for a moment: the group gives all partitions away anew, twice.
    async fn stir(&self, ending: &CancellationToken) -> Result<(), ConsumerError> {
        let (kafka, topic) = (self.kafka.clone(), self.log.topic().to_owned());
        let ending = ending.clone();
        let stirred = tokio::task::spawn_blocking(move || join_and_leave(&kafka, &topic, &ending));
        match stirred.await {
            Ok(outcome) => outcome,
            Err(join) => Err(ConsumerError::Ended(join.to_string())),
        }
    }
}

fn join_and_leave(
    kafka: &KafkaArgs,
    topic: &str,
    ending: &CancellationToken,
) -> Result<(), ConsumerError> {
    let has_joined = Arc::new(AtomicBool::new(false));
    // Without a name: a member that leaves without waiting for its session's end.
    let member: BaseConsumer<Passing> =
        create_consumer(kafka, None, Passing(Arc::clone(&has_joined)))?;
    member.subscribe(&[topic]).map_err(ConsumerError::Poll)?;
    let began = Instant::now();
    while !has_joined.load(Ordering::Relaxed) && !ending.is_cancelled() {
        if began.elapsed() > STIRRED_MAX {
            break;
        }
        // It is given no partition, so there is nothing to be read but errors, which librdkafka mends or the log has.
        let _ = member.poll(POLL);
    }
    Ok(())
}

/// A member that takes nothing.
struct Passing(Arc<AtomicBool>);

impl ClientContext for Passing {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        forward_log(level, facility, message);
    }

    fn stats_raw(&self, _statistics: &[u8]) {}

    fn error(&self, error: KafkaError, reason: &str) {
        forward_error(&error, reason);
    }
}

impl ConsumerContext for Passing {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        code: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        // librdkafka waits for an answer to each rebalance.
        let _ = if code == RDKafkaRespErr::RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS {
            consumer.incremental_unassign(partitions)
        } else {
            self.0.store(true, Ordering::Relaxed);
            consumer.incremental_assign(&TopicPartitionList::new())
        };
    }
}
