//! Sends events to Kafka and knows which of them are acknowledged.
//!
//! An event counts as sent when all in-sync replicas have it, never before. Order within a
//! partition, one copy per session and endless tries are librdkafka's, set up by `platform`. Whatever
//! ends a sender, a partition holds the first so many of the events that it was handed, without a
//! gap: what the broker refuses for good ends the client, before anything behind it is sent.

use std::time::{Duration, Instant};

use domain::event::AdtEvent;
use generators::fault::Damage;
use platform::codec::{Encoder, Record};
use platform::configuration::KafkaArgs;
use platform::kafka::{KafkaFailure, TopicName, create_producer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer, ThreadedProducer};
use tokio_util::sync::CancellationToken;

use crate::address::Address;

pub use damage::UNKNOWN_SCHEMA_ID;
pub use error::SendError;

use deliveries::Deliveries;
use opening::Opening;

mod damage;
mod deliveries;
mod error;
mod opening;

/// Header that names the flow to which an event belongs.
pub const RUN_HEADER: &str = "wardflow.run";

/// Header with the number of the event in its flow, from 0, as decimal text.
pub const ORDINAL_HEADER: &str = "wardflow.ordinal";

/// How long a full queue, or the last acknowledgements, are left alone before we look again.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

/// How long after a request to end what is in flight may still be acknowledged.
const FAREWELL: Duration = Duration::from_secs(10);

/// Sends the events of one flow to one topic.
pub struct Sender<R = AdtEvent> {
    producer: ThreadedProducer<Deliveries>,
    encoder: Encoder<R>,
    topic: TopicName,
    /// The flow, as [`RUN_HEADER`] names it.
    run: String,
    payload: Vec<u8>,
    /// Events handed to the client.
    handed: u64,
    /// The topic's partitions.
    openings: Vec<Opening>,
}

impl<R: Record> Sender<R> {
    /// A sender of the flow `run`; the topic must be there, with so many partitions.
    pub fn new(
        kafka: &KafkaArgs,
        encoder: Encoder<R>,
        topic: TopicName,
        partitions: u32,
        run: String,
    ) -> Result<Self, KafkaFailure> {
        let deliveries = Deliveries::to(topic.as_str(), partitions);
        let producer = create_producer(kafka, deliveries)?;
        Ok(Self::with_client(producer, encoder, topic, partitions, run))
    }

    fn with_client(
        producer: ThreadedProducer<Deliveries>,
        encoder: Encoder<R>,
        topic: TopicName,
        partitions: u32,
        run: String,
    ) -> Self {
        Self {
            producer,
            encoder,
            topic,
            run,
            payload: Vec::new(),
            handed: 0,
            openings: (0..partitions).map(|_| Opening::default()).collect(),
        }
    }

    /// The number of the topic's partitions.
    pub fn partitions(&self) -> u32 {
        u32::try_from(self.openings.len()).unwrap_or(u32::MAX)
    }

    /// The topic.
    pub fn topic(&self) -> &TopicName {
        &self.topic
    }

    /// The flow.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Hands an event, with its damage, to the client; waits while its queue is full, and for the acknowledgement of
    /// the first event of a partition. Events are handed over in the order of the flow.
    ///
    /// Returns false where `shutdown` came first: the event is not sent then.
    pub async fn send(
        &mut self,
        event: &R,
        damage: Option<Damage>,
        address: &Address,
        shutdown: &CancellationToken,
    ) -> Result<bool, SendError> {
        let ordinal = address.ordinal;
        self.encoder
            .encode_into(event, &mut self.payload)
            .map_err(|source| SendError::Encode { ordinal, source })?;
        if let Some(damage) = damage {
            damage::inflict(damage, &mut self.payload);
        }
        loop {
            self.check()?;
            if self.hand_over(address)? {
                return Ok(true);
            }
            tokio::select! {
                () = shutdown.cancelled() => return Ok(false),
                () = tokio::time::sleep(LOOK_INTERVAL) => {}
            }
        }
    }

    /// Hands over the event whose payload is written; false where it has to wait.
    fn hand_over(&mut self, address: &Address) -> Result<bool, SendError> {
        let deliveries = self.producer.context();
        let acknowledged = deliveries.acknowledged_in(address.partition);
        let now = Instant::now();
        let place = usize::try_from(address.partition).unwrap_or(usize::MAX);
        let opening = self.openings.get_mut(place);
        let is_ready = |opening: &Opening| opening.may_hand(acknowledged, now);
        if !opening.as_deref().is_none_or(is_ready) {
            return Ok(false);
        }
        let mut record: BaseRecord<'_, String, Vec<u8>> = BaseRecord::to(self.topic.as_str())
            .payload(&self.payload)
            // What is in no partition of the topic is refused by the client.
            .partition(i32::try_from(address.partition).unwrap_or(i32::MAX))
            .headers(headers(&self.run, address.ordinal));
        record.key = address.key.as_ref();
        match self.producer.send(record) {
            Ok(()) => {}
            Err((error, _)) if is_queue_full(&error) => return Ok(false),
            Err((source, _)) => {
                let ordinal = address.ordinal;
                return Err(SendError::Refused { ordinal, source });
            }
        }
        if let Some(opening) = opening {
            opening.hand(now);
        }
        self.handed += 1;
        self.producer.context().metrics().handed.inc();
        Ok(true)
    }

    /// How many events are acknowledged.
    pub fn acknowledged(&self) -> u64 {
        self.producer.context().acknowledged()
    }

    /// Waits until every event is acknowledged; a request to end shortens that to ten
    /// seconds.
    ///
    /// Returns how many are not.
    pub async fn finish(&self, shutdown: &CancellationToken) -> Result<u64, SendError> {
        let mut deadline = None;
        loop {
            let unacknowledged = self.handed - self.acknowledged();
            if unacknowledged == 0 {
                return Ok(0);
            }
            self.check()?;
            if shutdown.is_cancelled() {
                let deadline = *deadline.get_or_insert_with(|| Instant::now() + FAREWELL);
                if Instant::now() >= deadline {
                    return Ok(unacknowledged);
                }
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }

    fn check(&self) -> Result<(), SendError> {
        match self.producer.context().failure() {
            None => Ok(()),
            Some(code) => Err(SendError::Delivery {
                topic: self.topic.clone(),
                code,
                acknowledged: self.acknowledged(),
            }),
        }
    }
}

impl<R> std::fmt::Debug for Sender<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Sender({} to {})", self.run, self.topic)
    }
}

/// The headers of an event: its flow, and its number in it.
pub fn headers(run: &str, ordinal: u64) -> OwnedHeaders {
    let number = ordinal.to_string();
    OwnedHeaders::new_with_capacity(2)
        .insert(Header {
            key: RUN_HEADER,
            value: Some(run),
        })
        .insert(Header {
            key: ORDINAL_HEADER,
            value: Some(&number),
        })
}

/// Whether the client has no room at the moment: what it refused is to be handed to it again.
pub fn is_queue_full(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull)
}

#[cfg(test)]
mod tests;
