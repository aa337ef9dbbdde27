//! At which offsets a log holds records: markers of transactions take offsets and are none.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use super::{ClientLog, Header, KafkaFailure, TopicName, Watermarks, consumer_config, headers_of};
use crate::configuration::KafkaArgs;

/// How long a record may take to come.
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
    /// Its headers, in their order.
    pub headers: Vec<Header>,
}

/// Looks at what stands where in a topic's log, outside of any consumer group. Cheap to clone.
///
/// Each look has a client of its own, which is some tens of milliseconds' work: nothing is fetched
/// between looks, and nobody waits for another's.
#[derive(Debug, Clone)]
pub struct Probe {
    args: KafkaArgs,
    topic: TopicName,
}

impl Probe {
    /// A probe of a topic; nothing is asked yet.
    pub fn new(args: &KafkaArgs, topic: TopicName) -> Self {
        Self {
            args: args.clone(),
            topic,
        }
    }

    /// The record at an offset, `None` where there is none. Records of transactions that are open or
    /// were taken back do not count.
    pub async fn record_at(
        &self,
        partition: i32,
        offset: i64,
    ) -> Result<Option<Found>, KafkaFailure> {
        self.look(move |look| {
            look.from(partition, offset)?;
            Ok(look.next()?.filter(|found| found.offset == offset))
        })
        .await
    }

    /// The offsets of all records in `first..=last`, ascending.
    pub async fn offsets(
        &self,
        partition: i32,
        first: i64,
        last: i64,
    ) -> Result<Vec<i64>, KafkaFailure> {
        self.look(move |look| {
            look.from(partition, first)?;
            let mut offsets = Vec::new();
            while let Some(found) = look.next()?.filter(|found| found.offset <= last) {
                offsets.push(found.offset);
                if found.offset == last {
                    break;
                }
            }
            Ok(offsets)
        })
        .await
    }

    /// The logs with each end lowered to the offset after its last record: what follows that is none.
    pub async fn up_to_last_records(
        &self,
        mut logs: Vec<Watermarks>,
    ) -> Result<Vec<Watermarks>, KafkaFailure> {
        self.look(move |look| {
            for log in &mut logs {
                log.high = end_of_records(log.low, log.high, |offset| {
                    look.from(log.partition, offset)?;
                    Ok::<_, KafkaError>(look.next()?.map(|found| found.offset))
                })?;
            }
            Ok(logs)
        })
        .await
    }

    /// The last record of each log, `None` where it holds none. Markers of transactions, and what was
    /// taken back, may follow it.
    pub async fn last_records(
        &self,
        logs: Vec<Watermarks>,
    ) -> Result<Vec<(Watermarks, Option<Found>)>, KafkaFailure> {
        self.look(move |look| {
            logs.into_iter()
                .map(|log| Ok((log, look.last_record(log)?)))
                .collect()
        })
        .await
    }

    async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Look) -> KafkaResult<T> + Send + 'static,
    ) -> Result<T, KafkaFailure> {
        const WHAT: &str = "read a record";
        // Dropped with this future: then nobody waits for the look any more.
        let wanted = Arc::new(());
        let still_wanted = Arc::downgrade(&wanted);
        let (args, topic) = (self.args.clone(), self.topic.clone());
        let looked = tokio::task::spawn_blocking(move || {
            work(&Look {
                consumer: probing_config(&args).create_with_context(ClientLog)?,
                topic,
                still_wanted,
            })
        })
        .await;
        drop(wanted);
        let brokers = &self.args.bootstrap_servers;
        match looked {
            Ok(found) => found.map_err(|error| KafkaFailure::of_call(brokers, WHAT, &error)),
            Err(join) => Err(KafkaFailure::Unavailable {
                brokers: brokers.clone(),
                what: WHAT,
                reason: join.to_string(),
            }),
        }
    }
}

fn probing_config(args: &KafkaArgs) -> ClientConfig {
    let mut config = consumer_config(args, None);
    config
        .set("enable.partition.eof", "true")
        // An answer at once where there are no records.
        .set("fetch.wait.max.ms", "10");
    config
}

/// One look at a log.
struct Look {
    consumer: BaseConsumer<ClientLog>,
    topic: TopicName,
    still_wanted: Weak<()>,
}

impl Look {
    /// Reads a partition from an offset on.
    fn from(&self, partition: i32, offset: i64) -> KafkaResult<()> {
        let mut assignment = TopicPartitionList::new();
        let offset = Offset::Offset(offset);
        assignment.add_partition_offset(self.topic.as_str(), partition, offset)?;
        self.consumer.assign(&assignment)
    }

    fn last_record(&self, log: Watermarks) -> KafkaResult<Option<Found>> {
        let mut last = None;
        end_of_records(log.low, log.high, |offset| {
            self.from(log.partition, offset)?;
            let found = self.next()?;
            let found_offset = found.as_ref().map(|found| found.offset);
            // Each that is found below the end lies behind the one before.
            if found_offset.is_some_and(|offset| offset < log.high) {
                last = found;
            }
            Ok::<_, KafkaError>(found_offset)
        })?;
        Ok(last)
    }

    /// The next record, `None` at the log's end.
    fn next(&self) -> KafkaResult<Option<Found>> {
        let started = Instant::now();
        let mut failure = None;
        while started.elapsed() < TIMEOUT && self.still_wanted.strong_count() > 0 {
            match self.consumer.poll(Duration::from_millis(100)) {
                Some(Ok(message)) => return Ok(Some(Found::of(&message))),
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(None),
                // librdkafka goes on by itself; what it said last is told if it does not succeed.
                Some(Err(error)) => failure = Some(error),
                None => {}
            }
        }
        let timed_out = KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut);
        Err(failure.unwrap_or(timed_out))
    }
}

impl Found {
    fn of(message: &BorrowedMessage<'_>) -> Self {
        Self {
            offset: message.offset(),
            appended_at_ms: message.timestamp().to_millis(),
            key: message.key().map(<[u8]>::to_vec),
            payload: message.payload().map(<[u8]>::to_vec),
            headers: headers_of(message).unwrap_or_default(),
        }
    }
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
