//! The thread that polls Kafka: it owns the client, hears of rebalances, hands records to lanes
//! and pauses the partitions of a lane that is full.

mod context;
mod lane_end;
mod leaving;
mod start;

use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use platform::configuration::KafkaArgs;
use platform::kafka::create_consumer;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::{Offset, TopicPartitionList};
use tokio_util::sync::CancellationToken;

use crate::error::ConsumerError;
use crate::held::Held;
use crate::lag::Reached;
use crate::limits::Limits;
use crate::link::{Command, ToLane};
use crate::metrics::TopicMetrics;
use crate::record::KafkaRecord;
use crate::standing::Standing;
use crate::weather::Weather;
use context::Rebalance;
pub(crate) use lane_end::LaneEnd;
use leaving::leave;
pub(crate) use start::Start;

/// How long a poll waits for a record: within that time a lane's wish is heard.
const POLL: Duration = Duration::from_millis(20);

/// How often is looked whether a full lane has room again.
const LOOK: Duration = Duration::from_millis(2);

/// How long the last batches may take: longer than a lane has at shutdown.
const FINISH: Duration = Duration::from_secs(15);

/// What the polling thread works with.
pub(crate) struct Source {
    pub(crate) kafka: KafkaArgs,
    pub(crate) group_instance_id: Option<String>,
    pub(crate) start: Start,
    pub(crate) lanes: Vec<LaneEnd>,
    pub(crate) commands: Receiver<Command>,
    pub(crate) limits: Limits,
    pub(crate) shutdown: CancellationToken,
    /// Partitions to be read from another offset on.
    pub(crate) seeks: HashMap<i32, Seek>,
    pub(crate) held: Held,
    pub(crate) reached: Reached,
    pub(crate) metrics: TopicMetrics,
}

/// From where on a partition is to be read, and what rules refused before where its lane does not know.
#[derive(Debug)]
pub(crate) struct Seek {
    next: i64,
    weather: Option<Weather>,
}

/// How long a member that was fenced waits before it joins again.
const AFTER_FENCING: Duration = Duration::from_secs(1);

/// Two consumers of one name would fence each other for ever: so often within [`FENCING_SPAN`] is too often.
const FENCINGS_MAX: usize = 4;

/// See [`FENCINGS_MAX`].
const FENCING_SPAN: Duration = Duration::from_mins(2);

/// When a member was fenced.
#[derive(Debug, Default)]
struct Fencings(VecDeque<Instant>);

impl Fencings {
    /// Notes one more; whether that is not too often.
    fn may_join_again(&mut self) -> bool {
        self.0.push_back(Instant::now());
        self.0.retain(|at| at.elapsed() < FENCING_SPAN);
        self.0.len() < FENCINGS_MAX
    }
}

/// Whether another member has taken our name, as far as the group's coordinator knows. A broker that
/// was killed may know an earlier life of ours alone, and say so of this one.
fn is_fenced(error: &ConsumerError) -> bool {
    matches!(
        error,
        ConsumerError::Poll(KafkaError::MessageConsumptionFatal(
            RDKafkaErrorCode::FencedInstanceId
        ))
    )
}

/// Whether the log does not hold what was asked for.
fn is_lost(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange)
    )
}

/// An error of polling that does not pass; one that librdkafka mends by itself is logged.
pub(crate) fn unless_it_passes(error: KafkaError) -> Result<(), ConsumerError> {
    let is_final = is_lost(&error)
        // The client is of no use any more.
        || matches!(error, KafkaError::MessageConsumptionFatal(_))
        || matches!(
            error.rdkafka_error_code(),
            Some(
                RDKafkaErrorCode::Fatal
                    | RDKafkaErrorCode::TopicAuthorizationFailed
                    | RDKafkaErrorCode::GroupAuthorizationFailed
            )
        );
    if is_final {
        return Err(ConsumerError::Poll(error));
    }
    platform::metrics::retried("read from Kafka");
    tracing::warn!(%error, "reading from Kafka failed, trying again");
    Ok(())
}

/// The lane that owns a partition.
pub(crate) fn lane_of(partition: i32, lanes: usize) -> usize {
    usize::try_from(partition).unwrap_or(0) % lanes
}

impl Source {
    /// Polls until shutdown or an error that does not pass. Dropping the lanes' ends lets them
    /// finish.
    pub(crate) fn run(mut self) -> Result<(), ConsumerError> {
        let topic = self.start.topic().to_owned();
        let mut fencings = Fencings::default();
        loop {
            let (events, rebalances) = std::sync::mpsc::channel();
            let consumer: BaseConsumer<context::Context> = create_consumer(
                &self.kafka,
                self.group_instance_id.as_deref(),
                context::Context::new(self.start.clone(), events),
            )?;
            match self.poll((&consumer, &topic), &rebalances) {
                Ok(()) => {
                    leave(consumer, self.finish(&topic));
                    return Ok(());
                }
                Err(error) if is_fenced(&error) && fencings.may_join_again() => {
                    platform::metrics::retried("join the group");
                    tracing::warn!(
                        %error,
                        "another consumer has our --group-instance-id, or a broker that crashed does not know \
                         us any more: joining anew"
                    );
                    leave(consumer, TopicPartitionList::new());
                    self.let_go();
                    std::thread::sleep(AFTER_FENCING);
                }
                Err(error) => {
                    leave(consumer, TopicPartitionList::new());
                    return Err(self.explained(error));
                }
            }
        }
    }

    /// Polls as a member of the group until shutdown.
    fn poll(
        &mut self,
        (consumer, topic): (&BaseConsumer<context::Context>, &str),
        rebalances: &Receiver<Result<Rebalance, ConsumerError>>,
    ) -> Result<(), ConsumerError> {
        consumer.subscribe(&[topic]).map_err(ConsumerError::Poll)?;
        while !self.shutdown.is_cancelled() {
            let polled = if self.is_waiting_for_room() {
                std::thread::sleep(LOOK);
                None
            } else {
                consumer.poll(POLL)
            };
            // Before the record: its partition may be the one that was just assigned.
            while let Ok(rebalance) = rebalances.try_recv() {
                self.tell_lanes(consumer, rebalance?)?;
            }
            match polled {
                None => {}
                Some(Ok(message)) => self.hand_over(KafkaRecord::copy_of(&message)),
                Some(Err(error)) => self.examine(error)?,
            }
            self.obey(consumer, topic)?;
            self.seek(consumer, topic)?;
            self.pause_and_resume(consumer)?;
        }
        Ok(())
    }

    /// Partitions are another's: what a lane still writes of them is fenced by the compare-and-swap.
    fn let_go(&mut self) {
        self.seeks.clear();
        let lanes = self.lanes.len();
        for partition in self.reached.partitions() {
            self.reached.revoke(partition);
            self.held.release(partition);
            let lane = &self.lanes[lane_of(partition, lanes)];
            let _ = lane.inbox.send(ToLane::Revoked { partition });
        }
    }

    /// With what to do, where it is known.
    fn explained(&self, error: ConsumerError) -> ConsumerError {
        match &self.group_instance_id {
            Some(id) if is_fenced(&error) => ConsumerError::Fenced(id.clone()),
            _ => error,
        }
    }

    /// Lets the lanes finish; how far they came.
    fn finish(mut self, topic: &str) -> TopicPartitionList {
        self.lanes.clear();
        let mut written = TopicPartitionList::new();
        while let Ok(command) = self.commands.recv_timeout(FINISH) {
            if let Command::Written { partition, next } = command {
                let _ = written.add_partition_offset(topic, partition, Offset::Offset(next));
            }
        }
        written
    }

    fn tell_lanes(
        &mut self,
        consumer: &BaseConsumer<context::Context>,
        rebalance: Rebalance,
    ) -> Result<(), ConsumerError> {
        self.metrics
            .moved(rebalance.assigned.len(), rebalance.revoked.len());
        let lanes = self.lanes.len();
        let (mut to_pause, mut to_resume) = (TopicPartitionList::new(), TopicPartitionList::new());
        for (partition, standing) in rebalance.assigned {
            self.seeks.remove(&partition);
            let lane = &self.lanes[lane_of(partition, lanes)];
            // librdkafka keeps a pause over the time in which a partition is another's.
            let change = if lane.is_paused() || standing.storm.is_some() {
                &mut to_pause
            } else {
                &mut to_resume
            };
            change.add_partition(self.start.topic(), partition);
            let next = standing.next;
            self.reached.assign(partition, next);
            if let Some(storm) = standing.storm {
                tracing::warn!(
                    partition,
                    rule = storm.rule,
                    "a storm holds a partition of ours: it stands still until somebody lets it on (consumer resume)"
                );
                self.held.hold(partition);
                continue;
            }
            let _ = lane.inbox.send(ToLane::Assigned {
                partition,
                next,
                weather: Some(standing.weather),
            });
        }
        for partition in rebalance.revoked {
            self.reached.revoke(partition);
            self.held.release(partition);
            let lane = &self.lanes[lane_of(partition, lanes)];
            let _ = lane.inbox.send(ToLane::Revoked { partition });
        }
        consumer.pause(&to_pause).map_err(ConsumerError::Poll)?;
        consumer.resume(&to_resume).map_err(ConsumerError::Poll)
    }

    fn hand_over(&mut self, record: KafkaRecord) {
        let lanes = self.lanes.len();
        let lane = &self.lanes[lane_of(record.partition, lanes)];
        lane.waiting.add(record.bytes());
        // A lane that is gone has told why; the consumer is ending.
        let _ = lane.inbox.send(ToLane::Record(Box::new(record)));
    }

    /// What librdkafka mends by itself is logged; what it cannot is the end.
    fn examine(&self, error: KafkaError) -> Result<(), ConsumerError> {
        if is_lost(&error) {
            // The start told nothing, so records went while we were reading: say which.
            self.start.require_records()?;
        }
        unless_it_passes(error)
    }

    /// Seeks as lanes wish, and assigns the partition anew: what comes from then on was read after
    /// the seek. One that fails is tried again as long as the partition is ours.
    fn seek(
        &mut self,
        consumer: &BaseConsumer<context::Context>,
        topic: &str,
    ) -> Result<(), ConsumerError> {
        if self.seeks.is_empty() {
            return Ok(());
        }
        let assigned = consumer.assignment().map_err(ConsumerError::Poll)?;
        let lanes = &self.lanes;
        self.seeks.retain(|&partition, seek| {
            if assigned.find_partition(topic, partition).is_none() {
                return false; // Whoever has it now reads the stored offset.
            }
            let offset = Offset::Offset(seek.next);
            match consumer.seek(topic, partition, offset, Duration::from_secs(1)) {
                Ok(()) => {
                    let lane = &lanes[lane_of(partition, lanes.len())];
                    let _ = lane.inbox.send(ToLane::Assigned {
                        partition,
                        next: seek.next,
                        weather: seek.weather.take(),
                    });
                    false
                }
                Err(error) => {
                    tracing::warn!(partition, %error, "seek failed, trying again");
                    true
                }
            }
        });
        Ok(())
    }

    fn obey(
        &mut self,
        consumer: &BaseConsumer<context::Context>,
        topic: &str,
    ) -> Result<(), ConsumerError> {
        let mut written = TopicPartitionList::new();
        loop {
            match self.commands.try_recv() {
                Ok(Command::Seek { partition, offset }) => {
                    let seek = Seek {
                        next: offset,
                        weather: None,
                    };
                    self.seeks.insert(partition, seek);
                }
                Ok(Command::Hold { partition }) => self.hold(consumer, partition)?,
                Ok(Command::Release {
                    partition,
                    standing,
                }) => self.release(consumer, partition, *standing)?,
                Ok(Command::Written { partition, next }) => {
                    self.reached.load(partition, next);
                    written
                        .add_partition_offset(topic, partition, Offset::Offset(next))
                        .map_err(ConsumerError::Poll)?;
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        if written.count() > 0
            && let Err(error) = consumer.commit(&written, CommitMode::Async)
        {
            tracing::debug!(%error, "Kafka was not told the offsets; lag tools lag");
        }
        Ok(())
    }

    /// Reads no more of a partition, if it is ours still.
    fn hold(
        &mut self,
        consumer: &BaseConsumer<context::Context>,
        partition: i32,
    ) -> Result<(), ConsumerError> {
        if !self.reached.partitions().contains(&partition) {
            return Ok(());
        }
        self.seeks.remove(&partition);
        self.held.hold(partition);
        let paused = consumer.pause(&self.list_of(partition));
        paused.map_err(ConsumerError::Poll)
    }

    /// Reads a partition on that was held, where the warehouse stands in it.
    fn release(
        &mut self,
        consumer: &BaseConsumer<context::Context>,
        partition: i32,
        standing: Standing,
    ) -> Result<(), ConsumerError> {
        if !self.held.has(partition) {
            return Ok(());
        }
        tracing::info!(
            partition,
            "nothing holds the partition any more: reading on"
        );
        self.held.release(partition);
        let seek = Seek {
            next: standing.next,
            weather: Some(standing.weather),
        };
        self.seeks.insert(partition, seek);
        let lanes = self.lanes.len();
        if self.lanes[lane_of(partition, lanes)].is_paused() {
            return Ok(());
        }
        let resumed = consumer.resume(&self.list_of(partition));
        resumed.map_err(ConsumerError::Poll)
    }

    fn list_of(&self, partition: i32) -> TopicPartitionList {
        let mut list = TopicPartitionList::new();
        list.add_partition(self.start.topic(), partition);
        list
    }

    /// Whether a lane is full, and is not paused yet.
    fn is_waiting_for_room(&mut self) -> bool {
        let limits = &self.limits;
        let full = self.lanes.iter_mut().map(|lane| lane.is_full(limits));
        // Of all: each notes since when.
        full.fold(false, |any, is_full| any | is_full)
    }

    fn pause_and_resume(
        &mut self,
        consumer: &BaseConsumer<context::Context>,
    ) -> Result<(), ConsumerError> {
        let lanes = self.lanes.len();
        for number in 0..lanes {
            let Some(is_paused) = self.lanes[number].turn(&self.limits) else {
                continue;
            };
            let assigned = consumer.assignment().map_err(ConsumerError::Poll)?;
            let mut own = TopicPartitionList::new();
            for element in assigned.elements() {
                let partition = element.partition();
                if lane_of(partition, lanes) == number && !self.held.has(partition) {
                    own.add_partition(element.topic(), partition);
                }
            }
            let changed = if is_paused {
                consumer.pause(&own)
            } else {
                consumer.resume(&own)
            };
            changed.map_err(ConsumerError::Poll)?;
            self.metrics.paused(is_paused);
            tracing::debug!(lane = number, is_paused, "backpressure");
        }
        Ok(())
    }
}
