//! The thread that reads a whole log, outside of any group.

use std::collections::HashMap;
use std::time::Duration;

use platform::configuration::KafkaArgs;
use platform::kafka::{ClientLog, Watermarks, create_consumer};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};
use tokio_util::sync::CancellationToken;

use crate::error::ConsumerError;
use crate::limits::Limits;
use crate::link::ToLane;
use crate::record::KafkaRecord;
use crate::source::{LaneEnd, lane_of, unless_it_passes};
use crate::weather::Weather;

/// How long a poll waits for a record: within that time the end is noticed.
const POLL: Duration = Duration::from_millis(20);

/// How often is looked whether a full lane has room again.
const LOOK: Duration = Duration::from_millis(2);

/// A log, and the lanes that get what it holds.
pub(crate) struct Whole {
    pub(crate) kafka: KafkaArgs,
    pub(crate) topic: String,
    pub(crate) logs: Vec<Watermarks>,
    pub(crate) lanes: Vec<LaneEnd>,
    pub(crate) limits: Limits,
    pub(crate) shutdown: CancellationToken,
}

impl Whole {
    /// Reads up to the high watermarks, or shutdown. Dropping the lanes' ends lets them finish.
    pub(crate) fn run(mut self) -> Result<(), ConsumerError> {
        let mut left: HashMap<i32, Watermarks> = HashMap::new();
        let mut assignment = TopicPartitionList::new();
        for log in self.logs.iter().filter(|log| log.low < log.high) {
            left.insert(log.partition, *log);
            assignment
                .add_partition_offset(&self.topic, log.partition, Offset::Offset(log.low))
                .map_err(ConsumerError::Poll)?;
            let _ = self.lane(log.partition).inbox.send(ToLane::Assigned {
                partition: log.partition,
                next: log.low,
                weather: Some(Weather::default()),
            });
        }
        if left.is_empty() {
            return Ok(());
        }
        let consumer: BaseConsumer<ClientLog> = create_consumer(&self.kafka, None, ClientLog)?;
        consumer.assign(&assignment).map_err(ConsumerError::Poll)?;
        while !left.is_empty() && !self.shutdown.is_cancelled() {
            if self.is_waiting_for_room() {
                std::thread::sleep(LOOK);
                continue;
            }
            match consumer.poll(POLL) {
                None => {}
                Some(Err(error)) => unless_it_passes(error)?,
                Some(Ok(message)) => {
                    let record = KafkaRecord::copy_of(&message);
                    // What was appended since is loaded by consumers.
                    let Some(log) = left.get_mut(&record.partition) else {
                        continue;
                    };
                    log.low = record.offset + 1;
                    if log.low >= log.high {
                        left.remove(&record.partition);
                    }
                    self.hand_over(record);
                }
            }
        }
        Ok(())
    }

    fn lane(&self, partition: i32) -> &LaneEnd {
        &self.lanes[lane_of(partition, self.lanes.len())]
    }

    fn is_waiting_for_room(&mut self) -> bool {
        let limits = &self.limits;
        self.lanes.iter_mut().any(|lane| lane.is_full(limits))
    }

    fn hand_over(&self, record: KafkaRecord) {
        let lane = self.lane(record.partition);
        lane.waiting.add(record.bytes());
        // A lane that is gone has told why; all of it is ending.
        let _ = lane.inbox.send(ToLane::Record(Box::new(record)));
    }
}
