//! A topic of a test's own, and what stands in it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use embedded::Wanted;
use platform::configuration::{KafkaArgs, RegistryArgs};
use platform::kafka::{ClientLog, Cluster, TopicName, create_consumer, headers_of};
use producer::destination::Destination;
use producer::sender::{ORDINAL_HEADER, RUN_HEADER};
use rdkafka::Message;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

/// A topic of this test's own.
pub(crate) async fn destination() -> Destination {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let wanted = Wanted {
        postgres: false,
        kafka: true,
        registry: true,
    };
    let addresses = embedded::for_tests(wanted).await.unwrap();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let mut kafka = KafkaArgs::plaintext(addresses.bootstrap_servers.unwrap());
    kafka.topic_prefix = format!("producer-{}-{count}.", now.as_nanos());
    let url = addresses.schema_registry_url.unwrap();
    Destination {
        kafka,
        registry: RegistryArgs { url },
        partitions: 3,
    }
}

/// A record but for its coordinates and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) key: Option<String>,
    pub(crate) payload: Vec<u8>,
    pub(crate) run: String,
    pub(crate) ordinal: u64,
}

/// The records of the topic of events, by partition, in the order of their offsets.
pub(crate) async fn records(destination: &Destination) -> BTreeMap<i32, Vec<Record>> {
    records_of(destination, destination.topic()).await
}

/// The same of any topic.
pub(crate) async fn records_of(
    destination: &Destination,
    topic: TopicName,
) -> BTreeMap<i32, Vec<Record>> {
    let cluster = Cluster::connect(&destination.kafka).unwrap();
    let watermarks = cluster.watermarks(&topic).await.unwrap();
    let consumer: BaseConsumer<ClientLog> =
        create_consumer(&destination.kafka, None, ClientLog).unwrap();
    let mut partitions = TopicPartitionList::new();
    for found in &watermarks {
        let offset = Offset::Offset(found.low);
        partitions
            .add_partition_offset(topic.as_str(), found.partition, offset)
            .unwrap();
    }
    consumer.assign(&partitions).unwrap();
    let expected: i64 = watermarks.iter().map(|found| found.high - found.low).sum();
    let mut records: BTreeMap<i32, Vec<Record>> = BTreeMap::new();
    for _ in 0..expected {
        let message = consumer.poll(Duration::from_secs(20)).unwrap().unwrap();
        let headers = headers_of(&message).unwrap();
        assert_eq!(headers.len(), 2);
        let header = |place: usize, expected: &str| {
            let (name, value) = &headers[place];
            assert_eq!(name, expected.as_bytes());
            String::from_utf8(value.clone().unwrap()).unwrap()
        };
        let record = Record {
            key: message
                .key()
                .map(|key| String::from_utf8(key.to_vec()).unwrap()),
            payload: message.payload().unwrap().to_vec(),
            run: header(0, RUN_HEADER),
            ordinal: header(1, ORDINAL_HEADER).parse().unwrap(),
        };
        records.entry(message.partition()).or_default().push(record);
    }
    records
}

/// How many records the topic has had; none where it does not exist yet.
pub(crate) async fn count(destination: &Destination) -> u64 {
    let cluster = Cluster::connect(&destination.kafka).unwrap();
    count_by(&cluster, &destination.topic()).await
}

/// The same of any topic, by a connection that is there.
pub(crate) async fn count_by(cluster: &Cluster, topic: &TopicName) -> u64 {
    let watermarks = cluster.watermarks(topic).await;
    let highs = watermarks
        .unwrap_or_default()
        .into_iter()
        .map(|log| log.high);
    u64::try_from(highs.sum::<i64>()).unwrap()
}
