//! Sends events to Kafka and knows which of them are acknowledged.
//!
//! An event counts as sent when all in-sync replicas have it, never before. Order within a
//! partition, one copy per session and endless tries are librdkafka's, set up by `platform`.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::event::AdtEvent;
use platform::adt_codec::{AdtEncoder, EncodeError};
use platform::configuration::KafkaArgs;
use platform::kafka::{KafkaFailure, TopicName, create_producer, forward_error, forward_log};
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer, ProducerContext, ThreadedProducer};
use tokio_util::sync::CancellationToken;

/// Header that names the flow to which an event belongs.
pub const RUN_HEADER: &str = "wardflow.run";

/// Header with the number of the event in its flow, from 0, as decimal text.
pub const ORDINAL_HEADER: &str = "wardflow.ordinal";

/// How long a full queue, or the last acknowledgements, are left alone before we look again.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

/// How long after a request to end what is in flight may still be acknowledged.
const FAREWELL: Duration = Duration::from_secs(10);

/// Why sending ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// An event cannot be written as a Kafka value.
    #[error("event {ordinal} of the flow cannot be written: {source}")]
    Encode {
        /// Number of the event in the flow, from 0.
        ordinal: u64,
        /// Why.
        source: EncodeError,
    },
    /// librdkafka does not take an event.
    #[error("Kafka's client refuses event {ordinal} of the flow: {source}")]
    Refused {
        /// Number of the event in the flow, from 0.
        ordinal: u64,
        /// Why.
        source: KafkaError,
    },
    /// The broker refused an event for good.
    #[error(
        "Kafka does not take events for topic {topic}: {code}; {acknowledged} events are acknowledged. Check the topic and the rights of the client's user, and start again"
    )]
    Delivery {
        /// The topic.
        topic: TopicName,
        /// Kafka's reason.
        code: RDKafkaErrorCode,
        /// Events that were acknowledged before and since.
        acknowledged: u64,
    },
}

/// What the broker said about the events so far.
#[derive(Debug, Default)]
struct Deliveries {
    acknowledged: AtomicU64,
    failure: OnceLock<RDKafkaErrorCode>,
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        forward_log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        forward_error(&error, reason);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        match result {
            Ok(_) => {
                self.acknowledged.fetch_add(1, Ordering::Release);
            }
            Err((error, _)) => {
                let code = error.rdkafka_error_code();
                self.failure
                    .get_or_init(|| code.unwrap_or(RDKafkaErrorCode::Fail));
            }
        }
    }
}

/// Sends the events of one flow to one topic.
pub struct Sender {
    producer: ThreadedProducer<Deliveries>,
    encoder: AdtEncoder,
    topic: TopicName,
    /// The flow, as [`RUN_HEADER`] names it.
    run: String,
    payload: Vec<u8>,
    /// Events handed to the client.
    handed: u64,
}

impl Sender {
    /// A sender of the flow `run`; the topic must be there.
    pub fn new(
        kafka: &KafkaArgs,
        encoder: AdtEncoder,
        topic: TopicName,
        run: String,
    ) -> Result<Self, KafkaFailure> {
        let producer = create_producer(kafka, Deliveries::default())?;
        Ok(Self::with_client(producer, encoder, topic, run))
    }

    fn with_client(
        producer: ThreadedProducer<Deliveries>,
        encoder: AdtEncoder,
        topic: TopicName,
        run: String,
    ) -> Self {
        Self {
            producer,
            encoder,
            topic,
            run,
            payload: Vec::new(),
            handed: 0,
        }
    }

    /// The topic.
    pub fn topic(&self) -> &TopicName {
        &self.topic
    }

    /// The flow.
    pub fn run(&self) -> &str {
        &self.run
    }

    /// Hands the flow's next event to the client; waits while its queue is full.
    ///
    /// Returns false where `shutdown` came first: the event is not sent then.
    pub async fn send(
        &mut self,
        event: &AdtEvent,
        shutdown: &CancellationToken,
    ) -> Result<bool, SendError> {
        let ordinal = self.handed;
        self.encoder
            .encode_into(event, &mut self.payload)
            .map_err(|source| SendError::Encode { ordinal, source })?;
        let key = event.key();
        let number = ordinal.to_string();
        let headers = OwnedHeaders::new_with_capacity(2)
            .insert(Header {
                key: RUN_HEADER,
                value: Some(&self.run),
            })
            .insert(Header {
                key: ORDINAL_HEADER,
                value: Some(&number),
            });
        let mut record: BaseRecord<'_, String, Vec<u8>> = BaseRecord::to(self.topic.as_str())
            .payload(&self.payload)
            .headers(headers);
        record.key = key.as_ref();
        loop {
            self.check()?;
            record = match self.producer.send(record) {
                Ok(()) => break,
                Err((error, record)) if is_queue_full(&error) => record,
                Err((source, _)) => return Err(SendError::Refused { ordinal, source }),
            };
            tokio::select! {
                () = shutdown.cancelled() => return Ok(false),
                () = tokio::time::sleep(LOOK_INTERVAL) => {}
            }
        }
        self.handed += 1;
        Ok(true)
    }

    /// How many events are acknowledged.
    pub fn acknowledged(&self) -> u64 {
        self.producer.context().acknowledged.load(Ordering::Acquire)
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
        match self.producer.context().failure.get() {
            None => Ok(()),
            Some(code) => Err(SendError::Delivery {
                topic: self.topic.clone(),
                code: *code,
                acknowledged: self.acknowledged(),
            }),
        }
    }
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Sender({} to {})", self.run, self.topic)
    }
}

fn is_queue_full(error: &KafkaError) -> bool {
    error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull)
}

#[cfg(test)]
mod tests;
