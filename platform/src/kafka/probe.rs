//! At which offsets a log holds records: markers of transactions take offsets and are none.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};

use super::{ClientLog, KafkaFailure, TopicName, Watermarks, consumer_config};
use crate::configuration::KafkaArgs;

/// How long one look may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A record that was found.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// Its offset.
    pub offset: i64,
    /// When the broker appended it, in milliseconds since 1970, where the topic keeps that.
    pub appended_at_ms: Option<i64>,
    /// Its key.
    pub key: Option<Vec<u8>>,
    /// Its value.
    pub payload: Option<Vec<u8>>,
}

/// Looks at single offsets of a topic, outside of any consumer group. Cheap to clone.
#[derive(Clone)]
pub struct Probe {
    consumer: Arc<Mutex<BaseConsumer<ClientLog>>>,
    brokers: String,
    topic: TopicName,
}

impl fmt::Debug for Probe {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Probe({})", self.topic)
    }
}

impl Probe {
    /// A probe to be; nothing is asked yet.
    pub fn connect(args: &KafkaArgs, topic: TopicName) -> Result<Self, KafkaFailure> {
        let mut config = consumer_config(args, None);
        config
            .set("enable.partition.eof", "true")
            // One batch of records an answer, and an answer at once where there are none.
            .set("fetch.message.max.bytes", "1")
            .set("fetch.wait.max.ms", "10")
            .set("statistics.interval.ms", "0");
        let consumer = config
            .create_with_context(ClientLog)
            .map_err(KafkaFailure::configuration)?;
        Ok(Self {
            consumer: Arc::new(Mutex::new(consumer)),
            brokers: args.bootstrap_servers.clone(),
            topic,
        })
    }

    /// The first record at or after an offset; `None` where the log ends before one. Records of
    /// transactions that are open or were taken back do not count.
    pub async fn first_record(
        &self,
        partition: i32,
        offset: i64,
    ) -> Result<Option<Found>, KafkaFailure> {
        self.blocking(move |consumer, topic| first_record(consumer, topic, partition, offset))
            .await
    }

    /// The offset after the last record below the log's end.
    pub async fn end_of_records(&self, log: Watermarks) -> Result<i64, KafkaFailure> {
        self.blocking(move |consumer, topic| {
            end_of_records(log.low, log.high, |offset| {
                let found = first_record(consumer, topic, log.partition, offset)?;
                Ok(found.map(|found| found.offset))
            })
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        look: impl FnOnce(&BaseConsumer<ClientLog>, &str) -> KafkaResult<T> + Send + 'static,
    ) -> Result<T, KafkaFailure> {
        let (consumer, topic) = (Arc::clone(&self.consumer), self.topic.clone());
        let looked = tokio::task::spawn_blocking(move || {
            // Each look assigns anew, so one that was broken off leaves nothing behind.
            let consumer = consumer.lock().unwrap_or_else(PoisonError::into_inner);
            look(&consumer, topic.as_str())
        })
        .await;
        let failed =
            |error: &KafkaError| KafkaFailure::of_call(&self.brokers, "read a record", error);
        match looked {
            Ok(found) => found.map_err(|error| failed(&error)),
            Err(join) => Err(KafkaFailure::Unavailable {
                brokers: self.brokers.clone(),
                what: "read a record",
                reason: join.to_string(),
            }),
        }
    }
}

fn first_record(
    consumer: &BaseConsumer<ClientLog>,
    topic: &str,
    partition: i32,
    offset: i64,
) -> KafkaResult<Option<Found>> {
    let mut assignment = TopicPartitionList::new();
    assignment.add_partition_offset(topic, partition, Offset::Offset(offset))?;
    consumer.assign(&assignment)?;
    let started = Instant::now();
    let mut failure = None;
    while started.elapsed() < TIMEOUT {
        match consumer.poll(Duration::from_millis(100)) {
            Some(Ok(message)) => {
                return Ok(Some(Found {
                    offset: message.offset(),
                    appended_at_ms: message.timestamp().to_millis(),
                    key: message.key().map(<[u8]>::to_vec),
                    payload: message.payload().map(<[u8]>::to_vec),
                }));
            }
            Some(Err(KafkaError::PartitionEOF(_))) => return Ok(None),
            // librdkafka goes on by itself; what it said last is told if it does not succeed.
            Some(Err(error)) => failure = Some(error),
            None => {}
        }
    }
    Err(failure.unwrap_or(KafkaError::MessageConsumption(
        rdkafka::error::RDKafkaErrorCode::OperationTimedOut,
    )))
}

/// The offset after the last record in `low..high`, `low` where there is none.
///
/// Most logs end in a record, and the first look finds it. Otherwise it looks ever further back,
/// and then halves what lies between.
fn end_of_records<E>(
    low: i64,
    high: i64,
    mut first_record: impl FnMut(i64) -> Result<Option<i64>, E>,
) -> Result<i64, E> {
    let mut first_below = |offset| Ok(first_record(offset)?.filter(|found| *found < high));
    // No record lies in `upper..high`.
    let (mut upper, mut back) = (high, 1);
    let mut last = loop {
        if upper <= low {
            return Ok(low);
        }
        let from = low.max(high - back);
        if let Some(found) = first_below(from)? {
            break found;
        }
        upper = from;
        back *= 4;
    };
    while last + 1 < upper {
        let middle = last + 1 + (upper - last - 1) / 2;
        match first_below(middle)? {
            Some(found) => last = found,
            None => upper = middle,
        }
    }
    Ok(last + 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_end_is_after_the_last_record_before_the_log_ends(
            records in prop::collection::btree_set(3_i64..80, 0..30),
            high in 3_i64..70,
        ) {
            let look = |offset| Ok::<_, Infallible>(records.range(offset..).next().copied());
            let records_below: BTreeSet<_> = records.range(..high).collect();
            let expected = records_below.last().map_or(3, |last| **last + 1);
            prop_assert_eq!(end_of_records(3, high, look), Ok(expected));
        }
    }

    #[test]
    fn one_look_is_enough_where_the_log_ends_in_a_record() {
        let mut looks = 0;
        let end = end_of_records(0, 1_000_000, |offset| {
            looks += 1;
            Ok::<_, Infallible>(Some(offset))
        });
        assert_eq!((end, looks), (Ok(1_000_000), 1));
    }
}
