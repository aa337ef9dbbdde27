//! Looks for identity where it must not be.

use std::path::PathBuf;
use std::time::Duration;

use platform::configuration::KafkaArgs;
use platform::kafka::{ClientLog, Topic, create_consumer, headers_of};
use rdkafka::Message as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::BorrowedMessage;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tokio_postgres::Client;

use super::canary::{BIRTH_DATE, CANARIES};

const TIMEOUT: Duration = Duration::from_secs(30);

/// The canaries in lower case: plain, in hexadecimal digits, and in base64 from each of its three
/// alignments.
pub(super) fn needles() -> Vec<String> {
    let mut needles = Vec::new();
    for canary in CANARIES {
        needles.push(canary.to_lowercase());
        let digits = canary.bytes().map(|byte| format!("{byte:02x}"));
        needles.push(digits.collect());
        needles.extend((0..3).map(|before| base64_from(canary, before).to_lowercase()));
    }
    needles
}

/// What base64 makes of a text that stands behind so many other bytes, without the characters that
/// its neighbours have a part in.
fn base64_from(text: &str, before: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes = [vec![0; before], text.as_bytes().to_vec()].concat();
    let bit = |at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
    let first = (before * 8).div_ceil(6);
    let characters = (first..bytes.len() * 8 / 6).map(|character| {
        let sextet = (0..6).fold(0, |bits, at| bits << 1 | bit(character * 6 + at));
        char::from(ALPHABET[usize::from(sextet)])
    });
    characters.collect()
}

#[test]
fn base64_is_found_at_each_alignment() {
    assert_eq!(base64_from("Xolandiwe", 0), "WG9sYW5kaXdl");
    // "aXolandiwe!" is YVhvbGFuZGl3ZSE=, "abXolandiwe" YWJYb2xhbmRpd2U=.
    assert_eq!(base64_from("Xolandiwe", 1), "hvbGFuZGl3Z");
    assert_eq!(base64_from("Xolandiwe", 2), "Yb2xhbmRpd2");
}

/// The needles that stand in a text.
pub(super) fn found_in(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let mut found = needles();
    found.retain(|needle| text.contains(needle));
    found
}

/// Tables and views that hold a needle in any column, of these schemas or of all others.
pub(super) async fn exposed_tables(client: &Client, schemas: &[&str], others: bool) -> Vec<String> {
    let tables = client
        .query(
            "select format('%I.%I', nspname, relname)
             from pg_class join pg_namespace on pg_namespace.oid = relnamespace
             where relkind in ('r', 'p', 'm', 'v')
                 and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
                 and (nspname = any ($1)) <> $2
             order by 1",
            &[&schemas, &others],
        )
        .await
        .unwrap();
    assert!(tables.len() > 3, "{} tables are looked at", tables.len());
    let mut exposed = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        let mut patterns = needles();
        // The calendar has every day.
        patterns.retain(|needle| table != "gold.dim_date" || needle != BIRTH_DATE);
        for pattern in &mut patterns {
            *pattern = format!("%{pattern}%");
        }
        let query =
            format!("select count(*) from {table} as held where lower(held::text) like any ($1)");
        let found = client.query_one(&query, &[&patterns]).await.unwrap();
        if found.get::<_, i64>(0) > 0 {
            exposed.push(table);
        }
    }
    exposed
}

/// What stands in this test's topics beside the keys and values that hold identity, those of events of
/// patients and of statements about staff, as text.
pub(super) fn kafka_beside_identity(kafka: &KafkaArgs) -> String {
    let with_identity = [
        Topic::Events,
        Topic::Retry,
        Topic::DeadLetters,
        Topic::Staff,
    ]
    .map(|it| it.name(&kafka.topic_prefix));
    let consumer: BaseConsumer<ClientLog> = create_consumer(kafka, None, ClientLog).unwrap();
    let metadata = consumer.fetch_metadata(None, TIMEOUT).unwrap();
    let mut partitions = TopicPartitionList::new();
    let mut expected = 0;
    for topic in metadata.topics() {
        if !topic.name().starts_with(&kafka.topic_prefix) {
            continue;
        }
        for partition in topic.partitions() {
            let (low, high) = consumer
                .fetch_watermarks(topic.name(), partition.id(), TIMEOUT)
                .unwrap();
            expected += high - low;
            partitions
                .add_partition_offset(topic.name(), partition.id(), Offset::Offset(low))
                .unwrap();
        }
    }
    assert!(expected > 0);
    consumer.assign(&partitions).unwrap();
    (0..expected)
        .map(|_| {
            let message = consumer.poll(TIMEOUT).unwrap().unwrap();
            let beside = headers(&message);
            if with_identity
                .iter()
                .any(|it| it.as_str() == message.topic())
            {
                return beside;
            }
            let whole = [message.key(), message.payload()].map(Option::unwrap_or_default);
            beside + &String::from_utf8_lossy(&whole.concat())
        })
        .collect()
}

fn headers(message: &BorrowedMessage<'_>) -> String {
    let told = headers_of(message).unwrap_or_default().into_iter();
    let told = told.map(|(name, value)| {
        let [name, value] = [name, value.unwrap_or_default()].map(String::from_utf8);
        format!("{}: {}\n", name.unwrap(), value.unwrap())
    });
    told.collect()
}

/// The logs of the services that this process started for its tests.
pub(super) fn service_logs() -> Vec<(PathBuf, String)> {
    let user = rustix::process::geteuid().as_raw();
    let homes = std::env::temp_dir().join(format!("wardflow-tests-{user}"));
    let own = format!("{}-", std::process::id());
    let logs = std::fs::read_dir(homes)
        .unwrap()
        .flatten()
        .filter(|home| home.file_name().to_string_lossy().starts_with(&own))
        .flat_map(|home| {
            std::fs::read_dir(home.path().join("logs"))
                .unwrap()
                .flatten()
        });
    logs.map(|log| {
        let text = std::fs::read(log.path()).unwrap();
        (log.path(), String::from_utf8_lossy(&text).into_owned())
    })
    .collect()
}
