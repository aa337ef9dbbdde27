//! Kafka: topics, and events there and back.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::event::AdtEvent;
use domain::pseudonym::PseudonymKey;
use domain::shard::partition_of;
use platform::codec::{AdtDecoder, AdtEncoder, PAYLOAD_BYTES_MAX};
use platform::configuration::KafkaArgs;
use platform::fault::Fault;
use platform::kafka::{
    ClientLog, Cluster, KafkaFailure, Probe, Retention, Topic, TopicProblem, TopicSpec,
    create_consumer, create_producer,
};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::consumer::{Consumer, StreamConsumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, Message, OwnedHeaders, OwnedMessage, Timestamp};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use crate::{ill_named, kafka_args, registry};

const PARTITIONS: i32 = 6;
const WEEK: Retention = Retention::For(Duration::from_hours(7 * 24));

fn spec(args: &KafkaArgs) -> TopicSpec {
    TopicSpec::new(Topic::Events.name(&args.topic_prefix), WEEK)
}

fn consumer(args: &KafkaArgs, topic: &str, offset: i64) -> StreamConsumer<ClientLog> {
    let consumer: StreamConsumer<ClientLog> = create_consumer(args, None, ClientLog).unwrap();
    let mut assignment = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        assignment
            .add_partition_offset(topic, partition, Offset::Offset(offset))
            .unwrap();
    }
    consumer.assign(&assignment).unwrap();
    consumer
}

async fn receive(consumer: &StreamConsumer<ClientLog>) -> OwnedMessage {
    tokio::time::timeout(Duration::from_secs(30), consumer.recv())
        .await
        .expect("no record within 30 s")
        .unwrap()
        .detach()
}

#[tokio::test]
async fn events_come_back_from_the_partition_that_java_would_choose() {
    let args = kafka_args().await;
    let spec = spec(&args);
    Cluster::connect(&args)
        .unwrap()
        .ensure_topic(&spec)
        .await
        .unwrap();
    let registry = registry().await;
    let encoder = AdtEncoder::register(&registry, &spec.name.value_subject())
        .await
        .unwrap();
    let producer: FutureProducer<ClientLog> = create_producer(&args, ClientLog).unwrap();

    let events: BTreeMap<String, AdtEvent> = (10_006..10_106)
        .map(|number| {
            let event = AdtEvent {
                hospital_code: Some("BIDMC".to_owned()),
                patient_id: Some(number.to_string()),
                ..AdtEvent::default()
            };
            (event.key().unwrap(), event)
        })
        .collect();
    for (key, event) in &events {
        let payload = encoder.encode(event).unwrap();
        let record = FutureRecord::to(spec.name.as_str())
            .key(key)
            .payload(&payload);
        let delivery = producer.send_result(record).map_err(|(error, _)| error);
        drop(delivery.unwrap());
    }

    let decoder = AdtDecoder::new(registry, PseudonymKey::new(&[7; 32]).unwrap());
    let consumer = consumer(&args, spec.name.as_str(), 0);
    let mut left = events.clone();
    while !left.is_empty() {
        let message = receive(&consumer).await;
        let key = message.key().unwrap();
        assert_eq!(
            message.partition(),
            partition_of(key, PARTITIONS.unsigned_abs()).cast_signed()
        );
        assert!(matches!(message.timestamp(), Timestamp::LogAppendTime(_)));
        let decoded = decoder.decode(message.payload().unwrap()).await.unwrap();
        let key = String::from_utf8(key.to_vec()).unwrap();
        assert_eq!(left.remove(&key), Some(decoded.event));
    }
}

#[tokio::test]
async fn the_largest_payload_passes_with_its_key_and_headers() {
    let args = kafka_args().await;
    let spec = spec(&args);
    let cluster = Cluster::connect(&args).unwrap();
    cluster.ensure_topic(&spec).await.unwrap();
    let producer: FutureProducer<ClientLog> = create_producer(&args, ClientLog).unwrap();
    // What lz4 cannot make smaller.
    let payload: Vec<u8> = (0..u32::try_from(PAYLOAD_BYTES_MAX).unwrap())
        .scan(1_u32, |state, _| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some(state.to_be_bytes()[0])
        })
        .collect();
    let header = Header {
        key: "wardflow.ordinal",
        value: Some(&[b'7'; 1024]),
    };
    let record = FutureRecord::to(spec.name.as_str())
        .key("BIDMC:10006")
        .payload(&payload)
        .headers(OwnedHeaders::new().insert(header));
    let delivered = producer
        .send(record, Duration::from_secs(10))
        .await
        .unwrap();
    let consumer = consumer(&args, spec.name.as_str(), 0);
    let message = receive(&consumer).await;
    assert_eq!(message.payload().unwrap(), payload);
    assert_eq!(message.partition(), delivered.partition);
    let watermarks = cluster.watermarks(&spec.name).await.unwrap();
    assert_eq!(watermarks.len(), 6);
    for mark in watermarks {
        let expected = i64::from(mark.partition == delivered.partition);
        assert_eq!((mark.low, mark.high), (0, expected));
    }
}

#[tokio::test]
async fn an_offset_outside_the_log_is_an_error_and_no_jump() {
    let args = kafka_args().await;
    let spec = spec(&args);
    let cluster = Cluster::connect(&args).unwrap();
    cluster.ensure_topic(&spec).await.unwrap();
    let consumer = consumer(&args, spec.name.as_str(), 1000);
    let answer = tokio::time::timeout(Duration::from_secs(30), consumer.recv()).await;
    assert!(matches!(
        answer.unwrap(),
        Err(KafkaError::MessageConsumption(
            RDKafkaErrorCode::AutoOffsetReset
        ))
    ));
}

#[tokio::test]
async fn a_topic_is_made_once_and_refused_with_another_number_of_partitions() {
    let args = kafka_args().await;
    let spec = spec(&args);
    let cluster = Cluster::connect(&args).unwrap();
    assert_eq!(cluster.partition_count(&spec.name).await.unwrap(), None);
    let other = cluster.clone();
    let (first, second) = tokio::join!(cluster.ensure_topic(&spec), other.ensure_topic(&spec));
    assert!(first.unwrap() ^ second.unwrap(), "one of two creates it");
    assert!(!cluster.ensure_topic(&spec).await.unwrap());

    let refusal = cluster
        .ensure_topic(&spec.clone().with_partitions(12))
        .await
        .unwrap_err();
    assert_eq!(refusal.fault(), Fault::Configuration);
    assert!(
        refusal.to_string().contains(spec.name.as_str()),
        "{refusal}"
    );
    let expected = TopicProblem::Partitions {
        found: 6,
        expected: 12,
    };
    assert!(matches!(refusal, KafkaFailure::Topic { problem, .. } if problem == expected));
}

#[tokio::test]
async fn a_topic_with_other_timestamps_or_too_small_records_is_refused() {
    let args = kafka_args().await;
    let spec = spec(&args);
    let cluster = Cluster::connect(&args).unwrap();
    let admin: AdminClient<_> = ClientConfig::new()
        .set("bootstrap.servers", &args.bootstrap_servers)
        .create()
        .unwrap();
    for (name, settings, expected) in [
        (
            "by-sender",
            [("max.message.bytes", "3000000"); 2],
            "message.timestamp.type",
        ),
        (
            "small",
            [
                ("message.timestamp.type", "LogAppendTime"),
                ("max.message.bytes", "1000"),
            ],
            "max.message.bytes",
        ),
    ] {
        let name = Topic::Events.name(&format!("{}{name}.", args.topic_prefix));
        let mut topic = NewTopic::new(name.as_str(), PARTITIONS, TopicReplication::Fixed(1));
        for (setting, value) in settings {
            topic = topic.set(setting, value);
        }
        let made = admin.create_topics([&topic], &AdminOptions::new()).await;
        assert!(made.unwrap()[0].is_ok());
        while cluster.partition_count(&name).await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let spec = TopicSpec {
            name,
            ..spec.clone()
        };
        let refusal = cluster.ensure_topic(&spec).await.unwrap_err();
        assert!(
            matches!(
                &refusal,
                KafkaFailure::Topic {
                    problem: TopicProblem::Setting { setting, .. },
                    ..
                } if *setting == expected
            ),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn the_cluster_tells_its_id_and_one_that_is_away_is_the_surroundings_fault() {
    let args = kafka_args().await;
    let first = Cluster::connect(&args).unwrap().id().await.unwrap();
    let second = Cluster::connect(&args).unwrap().id().await.unwrap();
    assert_eq!(first, second);
    assert!(!first.is_empty());

    let nobody = Cluster::connect(&KafkaArgs::plaintext("127.0.0.1:1")).unwrap();
    let spec = spec(&args);
    let (id, topic) = tokio::join!(nobody.id(), nobody.ensure_topic(&spec));
    for failure in [id.unwrap_err(), topic.unwrap_err()] {
        assert_eq!(failure.fault(), Fault::Infrastructure, "{failure}");
        assert!(failure.to_string().contains("127.0.0.1:1"), "{failure}");
    }
}

#[tokio::test]
async fn headers_are_read_whatever_their_names_are() {
    let args = kafka_args().await;
    let spec = spec(&args);
    let cluster = Cluster::connect(&args).unwrap();
    cluster.ensure_topic(&spec).await.unwrap();
    ill_named::send(&args, spec.name.as_str(), 4, (b"key", b"value"));
    let probe = Probe::new(&args, spec.name.clone());
    let expected = [
        (ill_named::NAME.to_vec(), Some(b"told".to_vec())),
        (b"empty".to_vec(), None),
    ];
    let found = probe.record_at(4, 0).await.unwrap().unwrap();
    assert_eq!(found.headers, expected);
    let logs = cluster.watermarks(&spec.name).await.unwrap();
    let last = probe.last_records(logs).await.unwrap();
    let found = last.into_iter().find_map(|(_, last)| last).unwrap();
    assert_eq!(found.headers, expected);
}
