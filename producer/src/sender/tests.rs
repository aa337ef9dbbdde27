use std::sync::Mutex;

use domain::event::AdtEvent;
use platform::kafka::{Cluster, Topic, producer_config};
use rdkafka::Message as _;
use rdkafka::client::ClientContext;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{DefaultProducerContext, DeliveryResult, ProducerContext};
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};

use platform::codec::AdtEncoder;

use super::*;

type Mock = MockCluster<'static, DefaultProducerContext>;

const PARTITIONS: u32 = 2;

/// A cluster in this process with the topic, and a sender whose client holds ten events at most.
fn small_sender() -> (Mock, Sender) {
    sender_with(&[("queue.buffering.max.messages", "10")])
}

/// The same with these settings of the client.
fn sender_with(settings: &[(&str, &str)]) -> (Mock, Sender) {
    let cluster = MockCluster::new(1).unwrap();
    let topic = Topic::Events.name("");
    let partitions = PARTITIONS.cast_signed();
    cluster.create_topic(topic.as_str(), partitions, 1).unwrap();
    let args = KafkaArgs::plaintext(cluster.bootstrap_servers());
    let mut config = producer_config(&args);
    config.extend(
        settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let producer = config
        .create_with_context(Deliveries::to(topic.as_str(), PARTITIONS))
        .unwrap();
    let encoder = AdtEncoder::with_schema_id(1);
    let sender = Sender::with_client(producer, encoder, topic, PARTITIONS, "test".to_owned());
    (cluster, sender)
}

fn event_of(patient: &str) -> AdtEvent {
    AdtEvent {
        hospital_code: Some("H".to_owned()),
        patient_id: Some(patient.to_owned()),
        ..AdtEvent::default()
    }
}

/// Sends the same patient's events; returns false where `shutdown` came first.
async fn send(
    sender: &mut Sender,
    ordinals: std::ops::Range<u64>,
    shutdown: &CancellationToken,
) -> Result<bool, SendError> {
    let event = event_of("P");
    for ordinal in ordinals {
        let address = Address::of(ordinal, event.key(), PARTITIONS);
        if !sender.send(&event, None, &address, shutdown).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[tokio::test]
async fn a_full_queue_is_waited_for_and_every_event_is_acknowledged() {
    let (_cluster, mut sender) = small_sender();
    let shutdown = CancellationToken::new();
    assert!(send(&mut sender, 0..300, &shutdown).await.unwrap());
    assert!(sender.acknowledged() >= 290, "ten are in flight at most");
    assert_eq!(sender.finish(&shutdown).await.unwrap(), 0);
    assert_eq!(sender.acknowledged(), 300);
}

#[tokio::test]
async fn nothing_counts_while_the_broker_is_away_and_a_request_to_end_ends_the_wait() {
    let (cluster, mut sender) = small_sender();
    let shutdown = CancellationToken::new();
    assert!(send(&mut sender, 0..1, &shutdown).await.unwrap());
    assert_eq!(sender.finish(&shutdown).await.unwrap(), 0);
    cluster.broker_down(1).unwrap();
    assert!(send(&mut sender, 1..11, &shutdown).await.unwrap());
    let ending = shutdown.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        ending.cancel();
    });
    assert!(!send(&mut sender, 11..12, &shutdown).await.unwrap());
    assert_eq!(sender.acknowledged(), 1);
    // It comes back within the farewell, and what was handed over arrives after all.
    cluster.broker_up(1).unwrap();
    assert_eq!(sender.finish(&shutdown).await.unwrap(), 0);
    assert_eq!(sender.acknowledged(), 11);
}

#[tokio::test]
async fn a_refusal_of_the_broker_ends_the_sending() {
    let (cluster, mut sender) = small_sender();
    let refusal = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    cluster.request_errors(RDKafkaApiKey::Produce, &[refusal; 20]);
    let shutdown = CancellationToken::new();
    send(&mut sender, 0..1, &shutdown).await.unwrap();
    let error = sender.finish(&shutdown).await.unwrap_err();
    let refused = RDKafkaErrorCode::TopicAuthorizationFailed;
    assert!(
        matches!(error, SendError::Delivery { acknowledged: 0, code, .. } if code == refused),
        "{error}"
    );
}

#[tokio::test]
async fn nothing_is_sent_behind_an_event_that_is_refused_for_good() {
    let (cluster, mut sender) = sender_with(&[("max.in.flight", "1")]);
    let shutdown = CancellationToken::new();
    send(&mut sender, 0..1, &shutdown).await.unwrap();
    assert_eq!(sender.finish(&shutdown).await.unwrap(), 0);
    let delay = Duration::from_millis(500);
    cluster.broker_round_trip_time(1, delay).unwrap();
    let refusal = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    cluster.request_errors(RDKafkaApiKey::Produce, &[refusal]);
    // More than fits one request; the broker would take the others.
    send(&mut sender, 1..20_001, &shutdown).await.ok();
    let error = sender.finish(&shutdown).await.unwrap_err();
    assert!(matches!(error, SendError::Delivery { .. }), "{error}");
    sender.producer.flush(Duration::from_mins(1)).unwrap();
    assert_eq!(sender.acknowledged(), 1);
}

/// A broker takes any request of a producer that it does not know yet. Were the second one on its way
/// while the first is refused for a moment, librdkafka would take both to be there.
#[tokio::test]
async fn a_first_request_that_has_to_be_repeated_is_not_lost() {
    let (cluster, mut sender) = sender_with(&[]);
    let shutdown = CancellationToken::new();
    // The client is at work, in the other partition.
    let partition = Address::of(0, event_of("P").key(), PARTITIONS).partition;
    let other = AdtEvent::default();
    let address = Address::of(u64::from(partition) + 1, other.key(), PARTITIONS);
    sender
        .send(&other, None, &address, &shutdown)
        .await
        .unwrap();
    assert_eq!(sender.finish(&shutdown).await.unwrap(), 0);

    let delay = Duration::from_millis(500);
    cluster.broker_round_trip_time(1, delay).unwrap();
    let passing = RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS;
    cluster.request_errors(RDKafkaApiKey::Produce, &[passing]);
    send(&mut sender, 0..1, &shutdown).await.unwrap();
    // Longer than the client lingers: the first request has left, and its answer has not come.
    tokio::time::sleep(delay / 5).await;
    send(&mut sender, 1..100, &shutdown).await.unwrap();
    assert_eq!(sender.finish(&shutdown).await.unwrap(), 0);

    let args = KafkaArgs::plaintext(cluster.bootstrap_servers());
    let questions = Cluster::connect(&args).unwrap();
    let watermarks = questions.watermarks(sender.topic()).await.unwrap();
    let in_the_log: i64 = watermarks.iter().map(|log| log.high - log.low).sum();
    assert_eq!((sender.acknowledged(), in_the_log), (101, 101));
}

/// Where librdkafka places records by itself.
#[derive(Default)]
struct Places(Mutex<Vec<(Vec<u8>, i32)>>);

impl ClientContext for Places {}

impl ProducerContext for Places {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let message = result.as_ref().map_err(|(error, _)| error).unwrap();
        let key = message.key().unwrap().to_vec();
        self.0.lock().unwrap().push((key, message.partition()));
    }
}

#[test]
fn the_partition_is_the_one_that_librdkafka_chooses() {
    let cluster = MockCluster::new(1).unwrap();
    let topic = Topic::Events.name("");
    cluster.create_topic(topic.as_str(), 7, 1).unwrap();
    let args = KafkaArgs::plaintext(cluster.bootstrap_servers());
    let config = producer_config(&args);
    let client: ThreadedProducer<Places> = config.create_with_context(Places::default()).unwrap();
    // Of all lengths, since murmur2 reads words of four bytes.
    let events: Vec<_> = (0..200_usize)
        .map(|number| event_of(&format!("{number:0>width$}", width = number % 50)))
        .collect();
    for event in &events {
        let key = event.key().unwrap();
        let record = BaseRecord::<str, [u8]>::to(topic.as_str())
            .key(&key)
            .payload(b"");
        client.send(record).map_err(|(error, _)| error).unwrap();
    }
    client.flush(Duration::from_mins(1)).unwrap();
    let places = client.context().0.lock().unwrap();
    assert_eq!(places.len(), events.len());
    for event in &events {
        let address = Address::of(0, event.key(), 7);
        let key = address.key.unwrap();
        let place = (key.into_bytes(), address.partition.cast_signed());
        assert!(places.contains(&place));
    }
}
