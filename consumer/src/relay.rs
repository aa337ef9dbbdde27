//! The relay of dead letters: what rules refused is published from the outbox, at least once, by one
//! process at a time. A failure is told and tried again; it stops no lane.

use std::time::Duration;

use database::DatabaseError;
use database::letter::{self, Letter};
use domain::clean::Clean;
use domain::department_event::DepartmentEvent;
use domain::event::AdtEvent;
use domain::staff_event::StaffEvent;
use futures::future::try_join_all;
use platform::codec::PAYLOAD_BYTES_MAX;
use platform::configuration::KafkaArgs;
use platform::kafka::{ClientLog, Cluster, Topic, TopicName, create_producer};
use platform::{metrics, wire};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::util::Timeout;
use tokio::time::timeout;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::error::ConsumerError;
use crate::metrics::letters_published;
use crate::run::Part;
use crate::topic::existing_or_new;

/// How often the outbox is looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// The most letters of a portion, all of which Kafka has before the next one is read.
const PORTION: i64 = 500;

/// The bytes of payloads after which a portion ends.
const PORTION_BYTES: i64 = 8 * 1024 * 1024;

/// How long Kafka may take for a portion.
const PORTION_TIMEOUT: Duration = Duration::from_secs(30);

const TIMED_OUT: KafkaError = KafkaError::MessageProduction(RDKafkaErrorCode::MessageTimedOut);

/// Publishes what is in the outbox, until the consumer ends.
pub(crate) async fn keep_publishing(
    (kafka, database_url): (KafkaArgs, String),
    ending: CancellationToken,
) -> Result<Part, ConsumerError> {
    letters_published(0);
    let mut relay = None;
    loop {
        let published = tokio::select! {
            () = ending.cancelled() => return Ok(Part::Other),
            published = publish(&mut relay, &kafka, &database_url) => published,
        };
        match published {
            Ok(0) => {}
            Ok(letters) => {
                tracing::debug!(letters, "dead letters published");
                continue;
            }
            Err(error) => {
                metrics::retried("publish dead letters");
                tracing::warn!(%error, "dead letters were not published, trying again");
                relay = None;
            }
        }
        tokio::select! {
            () = ending.cancelled() => return Ok(Part::Other),
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Waits until the outbox is empty, for as long as a portion may take: a topic that cannot be written holds up
/// no end.
pub(crate) async fn published(database_url: &str, ending: &CancellationToken) {
    let empty = async {
        let client = database::connect(database_url, "wardflow dead letters").await?;
        while !letter::all_are_published(&client).await? {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok::<_, DatabaseError>(())
    };
    tokio::select! {
        () = ending.cancelled() => {}
        waited = timeout(PORTION_TIMEOUT, empty) => match waited {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "it is not known whether all dead letters are published"),
            Err(_) => tracing::warn!("not all dead letters are published: the next consumer goes on with them"),
        }
    }
}

/// Publishes a portion; how many letters it had.
async fn publish(
    relay: &mut Option<Relay>,
    kafka: &KafkaArgs,
    database_url: &str,
) -> Result<usize, ConsumerError> {
    let relay = match relay {
        Some(relay) => relay,
        None => relay.insert(Relay::new(database_url).await?),
    };
    relay.publish(kafka).await
}

/// Who may publish, or waits for the turn.
struct Relay {
    client: Client,
    has_turn: bool,
    /// Made for the first letter.
    postman: Option<Postman>,
}

impl Relay {
    async fn new(database_url: &str) -> Result<Self, ConsumerError> {
        Ok(Self {
            client: database::connect(database_url, "wardflow dead letters").await?,
            has_turn: false,
            postman: None,
        })
    }

    async fn publish(&mut self, kafka: &KafkaArgs) -> Result<usize, ConsumerError> {
        if !self.has_turn {
            self.has_turn = letter::take_turn(&self.client).await?;
        }
        if !self.has_turn {
            return Ok(0);
        }
        let letters = letter::waiting(&self.client, PORTION, PORTION_BYTES).await?;
        if letters.is_empty() {
            return Ok(0);
        }
        let postman = match &self.postman {
            Some(postman) => postman,
            None => self.postman.insert(Postman::new(kafka).await?),
        };
        let sent = try_join_all(letters.iter().map(|letter| postman.send(letter)));
        // What waits is read anew: a patient may have been erased meanwhile. Dropped, the producer forgets it.
        timeout(PORTION_TIMEOUT, sent)
            .await
            .map_err(|_| ConsumerError::Publish(TIMED_OUT))??;
        let ids: Vec<_> = letters.iter().map(|letter| letter.quarantine_id).collect();
        letter::published(&self.client, &ids).await?;
        letters_published(ids.len());
        Ok(ids.len())
    }
}

/// Writes to the topic of dead letters.
struct Postman {
    producer: FutureProducer<ClientLog>,
    topic: TopicName,
}

impl Postman {
    async fn new(kafka: &KafkaArgs) -> Result<Self, ConsumerError> {
        let topic = Topic::DeadLetters.name(&kafka.topic_prefix);
        let partitions = Topic::DeadLetters.partitions();
        let cluster = Cluster::connect(kafka)?;
        existing_or_new(&cluster, Topic::DeadLetters, (&topic, partitions)).await?;
        Ok(Self {
            producer: create_producer(kafka, ClientLog)?,
            topic,
        })
    }

    /// Sends a letter, and waits until Kafka has it.
    async fn send(&self, letter: &Letter) -> Result<(), ConsumerError> {
        let key = letter.quarantine_id.to_string();
        let (payload, headers) = content(letter);
        let mut record = FutureRecord::to(self.topic.as_str())
            .key(&key)
            .headers(headers);
        record.payload = payload.as_deref();
        let sent = self.producer.send(record, Timeout::Never).await;
        sent.map(drop)
            .map_err(|(error, _)| ConsumerError::Publish(error))
    }
}

/// A letter's value and headers: named as Kafka Connect names them, with nothing that is identity.
fn content(letter: &Letter) -> (Option<Vec<u8>>, OwnedHeaders) {
    let (partition, offset) = (letter.partition.to_string(), letter.offset.to_string());
    let mut headers = OwnedHeaders::new();
    for (name, value) in [
        ("__connect.errors.topic", letter.topic.as_str()),
        ("__connect.errors.partition", &partition),
        ("__connect.errors.offset", &offset),
        ("__connect.errors.stage", stage(&letter.rule)),
        ("__connect.errors.exception.class.name", &letter.rule),
        ("__connect.errors.exception.message", &letter.reason),
    ] {
        let header = Header {
            key: name,
            value: Some(value),
        };
        headers = headers.insert(header);
    }
    if let Some(repeated) = letter.retry_of {
        let header = Header {
            key: letter::HEADER,
            value: Some(&repeated.to_string()),
        };
        headers = headers.insert(header);
    }
    let is_too_large = |payload: &Vec<u8>| payload.len() > PAYLOAD_BYTES_MAX + wire::HEADER_BYTES;
    if !letter.payload.as_ref().is_some_and(is_too_large) {
        return (letter.payload.clone(), headers);
    }
    let coordinates = serde_json::json!({
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
    });
    let replaced = Header {
        key: "wardflow.replaced",
        value: Some("too large"),
    };
    (
        Some(coordinates.to_string().into_bytes()),
        headers.insert(replaced),
    )
}

/// Connect's word for where a record failed: while it was read, or when its content was looked at.
fn stage(rule: &str) -> &'static str {
    let unreadable = [
        AdtEvent::UNREADABLE,
        StaffEvent::UNREADABLE,
        DepartmentEvent::UNREADABLE,
    ];
    if unreadable.iter().any(|of| of.code == rule) {
        "VALUE_CONVERTER"
    } else {
        "TRANSFORMATION"
    }
}
