//! A topic, a consumer group and a warehouse of one test's own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use consumer::{Limits, Settings, Summary, Until};
use database::digest::Digest;
use database::reference::reference;
use domain::clean::Cleaner;
use domain::event::AdtEvent;
use domain::pseudonym::PseudonymKey;
use domain::record::AdtRecord;
use embedded::{Addresses, Wanted};
use futures::future::join_all;
use platform::codec::{AdtDecoder, AdtEncoder};
use platform::configuration::{KafkaArgs, RegistryArgs};
use platform::kafka::{ClientLog, Cluster, Topic, TopicName, TopicSpec, create_producer};
use platform::registry::Registry;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use tokio_util::sync::CancellationToken;

use crate::gold::Gold;
use crate::warehouse::{Role, Warehouse};

pub(crate) const PARTITIONS: i32 = 6;

/// How long a test waits for what nothing comes of.
const PATIENCE: Duration = Duration::from_mins(3);

/// The key of these tests' pseudonyms.
pub(crate) fn key() -> PseudonymKey {
    PseudonymKey::new(&[7; 32]).unwrap()
}

/// The same key as a file, which goes when it is dropped.
pub(crate) struct KeyFile(tempfile::TempDir);

impl KeyFile {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = Self(folder);
        std::fs::write(file.path(), [7; 32]).unwrap();
        file
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("key")
    }
}

/// One record to be sent; without a partition its key decides.
#[derive(Debug, Clone)]
pub(crate) struct Sending {
    pub(crate) partition: Option<i32>,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) payload: Option<Vec<u8>>,
}

pub(crate) struct Pipeline {
    pub(crate) warehouse: Warehouse,
    pub(crate) kafka: KafkaArgs,
    pub(crate) registry: RegistryArgs,
    pub(crate) topic: TopicName,
    pub(crate) encoder: AdtEncoder,
    producer: FutureProducer<ClientLog>,
}

impl Pipeline {
    /// With a warehouse on the server that all tests share.
    pub(crate) async fn new() -> Self {
        Self::into(Warehouse::new().await).await
    }

    /// A new topic that leads into a warehouse.
    pub(crate) async fn into(warehouse: Warehouse) -> Self {
        let addresses = embedded::for_tests(Wanted::ALL).await.unwrap();
        Self::between(addresses, warehouse).await
    }

    /// A new topic on a broker that leads into a warehouse.
    pub(crate) async fn between(addresses: Addresses, warehouse: Warehouse) -> Self {
        static TOPICS: AtomicU32 = AtomicU32::new(0);
        let number = TOPICS.fetch_add(1, Ordering::Relaxed);
        // Unique also among the runs that share a broker.
        let name = format!("consumer-{}-{number}", now_nanos());
        let mut kafka = KafkaArgs::plaintext(addresses.bootstrap_servers.unwrap());
        kafka.topic_prefix = format!("{name}.");
        kafka.group_id = name;
        let topic = Topic::Events.name(&kafka.topic_prefix);
        let spec = TopicSpec::new(topic.clone(), Topic::Events.retention());
        Cluster::connect(&kafka)
            .unwrap()
            .ensure_topic(&spec.with_partitions(PARTITIONS))
            .await
            .unwrap();
        let registry = RegistryArgs {
            url: addresses.schema_registry_url.unwrap(),
        };
        let client = Registry::new(&registry).unwrap();
        let encoder = AdtEncoder::register(&client, &topic.value_subject())
            .await
            .unwrap();
        Self {
            warehouse,
            producer: create_producer(&kafka, ClientLog).unwrap(),
            kafka,
            registry,
            topic,
            encoder,
        }
    }

    /// The same topic, group and warehouse on another broker.
    pub(crate) async fn moved_to(self, bootstrap_servers: String) -> Self {
        let kafka = KafkaArgs {
            bootstrap_servers,
            ..self.kafka
        };
        let spec = TopicSpec::new(self.topic.clone(), Topic::Events.retention());
        Cluster::connect(&kafka)
            .unwrap()
            .ensure_topic(&spec.with_partitions(PARTITIONS))
            .await
            .unwrap();
        Self {
            producer: create_producer(&kafka, ClientLog).unwrap(),
            kafka,
            ..self
        }
    }

    /// The same topic into another warehouse; the former one.
    pub(crate) fn lead_into(&mut self, warehouse: Warehouse) -> Warehouse {
        std::mem::replace(&mut self.warehouse, warehouse)
    }

    /// What changes topics.
    pub(crate) fn admin(&self) -> AdminClient<DefaultClientContext> {
        ClientConfig::new()
            .set("bootstrap.servers", &self.kafka.bootstrap_servers)
            .create()
            .unwrap()
    }

    /// Removes the records of a partition before an offset, as retention does.
    pub(crate) async fn remove_records_before(&self, partition: i32, offset: i64) {
        let mut before = TopicPartitionList::new();
        before
            .add_partition_offset(self.topic.as_str(), partition, Offset::Offset(offset))
            .unwrap();
        let removed = self.admin();
        let removed = removed.delete_records(&before, &AdminOptions::new()).await;
        removed.unwrap();
    }

    /// Deletes the topic, and makes it again.
    pub(crate) async fn make_topic_again(&self) {
        let topic = self.topic.as_str();
        let admin = self.admin();
        let deleted = admin.delete_topics(&[topic], &AdminOptions::new()).await;
        deleted.unwrap();
        let cluster = Cluster::connect(&self.kafka).unwrap();
        until("the topic is gone", async || {
            let found = cluster.partition_count(&self.topic).await;
            found.unwrap().is_none()
        })
        .await;
        let spec = TopicSpec::new(self.topic.clone(), Topic::Events.retention());
        let spec = spec.with_partitions(PARTITIONS);
        cluster.ensure_topic(&spec).await.unwrap();
    }

    /// An event as its producer would send it.
    pub(crate) fn sending(&self, event: &AdtEvent) -> Sending {
        Sending {
            partition: None,
            key: event.key().map(String::into_bytes),
            payload: Some(self.encoder.encode(event).unwrap()),
        }
    }

    pub(crate) fn sendings(&self, events: &[AdtEvent]) -> Vec<Sending> {
        events.iter().map(|event| self.sending(event)).collect()
    }

    /// Sends records in this order; tells each one's coordinates when all are acknowledged.
    pub(crate) async fn send(&self, sendings: &[Sending]) -> Vec<(i32, i64)> {
        let deliveries = sendings.iter().map(|sending| {
            let mut record = FutureRecord::<[u8], [u8]>::to(self.topic.as_str());
            record.partition = sending.partition;
            record.key = sending.key.as_deref();
            record.payload = sending.payload.as_deref();
            self.producer
                .send_result(record)
                .map_err(|(error, _)| error)
                .unwrap()
        });
        let deliveries: Vec<_> = deliveries.collect();
        let delivered = join_all(deliveries).await.into_iter();
        delivered
            .map(|delivery| delivery.unwrap().map_err(|(error, _)| error).unwrap())
            .map(|delivery| (delivery.partition, delivery.offset))
            .collect()
    }

    pub(crate) fn settings(&self, lanes: usize, batch_rows: usize) -> Settings {
        Settings {
            kafka: self.kafka.clone(),
            registry: self.registry.clone(),
            database_url: self.warehouse.url(Role::Loader),
            key: key(),
            lanes,
            group_instance_id: None,
            limits: Limits {
                batch_rows,
                batch_wait: Duration::from_millis(50),
                ..Limits::default()
            },
            until: Until::End,
        }
    }

    /// The program itself, with small batches and silent; its key has to be that of [`key`].
    pub(crate) fn program(&self, key: &Path) -> Command {
        let mut command = self.command();
        command
            .args(["run", "--batch-wait-ms", "20"])
            .env("PSEUDONYM_KEY_FILE", key)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// The program itself, with the addresses of all but a key.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_consumer"));
        command
            .env("KAFKA_BOOTSTRAP_SERVERS", &self.kafka.bootstrap_servers)
            .env("KAFKA_TOPIC_PREFIX", &self.kafka.topic_prefix)
            .env("KAFKA_GROUP_ID", &self.kafka.group_id)
            .env("SCHEMA_REGISTRY_URL", &self.registry.url)
            .env("DATABASE_URL", self.warehouse.url(Role::Loader));
        command
    }

    /// Loads all that the topic holds now.
    pub(crate) async fn load(&self, lanes: usize, batch_rows: usize) -> Summary {
        let settings = self.settings(lanes, batch_rows);
        consumer::run(settings, CancellationToken::new())
            .await
            .unwrap()
    }

    /// Waits until so many records are loaded, by the stored offsets.
    pub(crate) async fn loaded_at_least(&self, records: i64) {
        let count =
            "select coalesce(sum(next_offset - first_offset), 0)::bigint from ops.kafka_offset";
        let (mut loaded, mut moved_at) = (-1, Instant::now());
        while loaded < records {
            let now = self.warehouse.count(count).await;
            if now != loaded {
                (loaded, moved_at) = (now, Instant::now());
            }
            let stands = moved_at.elapsed();
            assert!(
                stands < PATIENCE,
                "{loaded} of {records} are loaded, and nothing moves"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The model's digest of events; the warehouse's reference data must be there.
    pub(crate) async fn expected(&self, events: &[AdtEvent]) -> Digest {
        let records = self.records(events).await;
        let reference = self.warehouse.digest().await;
        Gold::of(&records, &self.warehouse.departments().await).digest(&reference)
    }

    /// Gold is what these events make of it, whatever else came, and all checks are green.
    pub(crate) async fn assert_gold_of(&self, events: &[AdtEvent]) {
        assert_eq!(self.warehouse.digest().await, self.expected(events).await);
        self.warehouse.assert_green().await;
    }

    /// Each of these events, sent once, is loaded once, and gold is as the model says.
    pub(crate) async fn assert_loaded_once(&self, events: &[AdtEvent]) {
        assert_eq!(self.warehouse.digest().await, self.expected(events).await);
        let count = async |table| {
            self.warehouse
                .count(&format!("select count(*) from {table}"))
                .await
        };
        let sent = i64::try_from(events.len()).unwrap();
        assert_eq!(count("bronze.kafka_record").await, sent);
        assert_eq!(count("silver.adt_record").await, sent);
        assert_eq!(count("ops.duplicate").await, 0);
        self.warehouse.assert_green().await;
    }

    /// Events as the consumer makes records of them.
    pub(crate) async fn records(&self, events: &[AdtEvent]) -> Vec<AdtRecord> {
        let client = self.warehouse.client(Role::Loader).await;
        let cleaner = Cleaner::new(key(), reference(&client).await.unwrap().hospitals);
        let decoder = AdtDecoder::new(Registry::new(&self.registry).unwrap(), key());
        let mut records = Vec::with_capacity(events.len());
        for event in events {
            let payload = self.encoder.encode(event).unwrap();
            let decoded = decoder.decode(&payload).await.unwrap();
            assert_eq!(&decoded.event, event);
            let cleaned = cleaner.clean(event, decoded.content_hash);
            records.push(cleaned.unwrap().record);
        }
        records
    }
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < PATIENCE, "not so in {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn now_nanos() -> u128 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_nanos()
}
