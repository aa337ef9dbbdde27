//! Refused records are published to the topic of dead letters: each at least once, whoever ends when.

use std::collections::BTreeMap;
use std::time::Duration;

use consumer::{Settings, Until};
use platform::codec::PAYLOAD_BYTES_MAX;
use platform::kafka::{ClientLog, Cluster, Topic, create_consumer, headers_of};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{Message as _, Offset, TopicPartitionList};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::flow;
use crate::garbage::{CANARY, unusable};
use crate::pipeline::{KeyFile, Pipeline, Sending};
use crate::unreadable::unreadable;
use crate::warehouse::Role;

/// A published letter: value and headers.
struct Published {
    payload: Option<Vec<u8>>,
    headers: BTreeMap<String, String>,
}

/// All that the topic of dead letters holds, by key.
async fn published(pipeline: &Pipeline) -> BTreeMap<Uuid, Vec<Published>> {
    let topic = Topic::DeadLetters.name(&pipeline.kafka.topic_prefix);
    let cluster = Cluster::connect(&pipeline.kafka).unwrap();
    let logs = cluster.watermarks(&topic).await.unwrap();
    let records: i64 = logs.iter().map(|log| log.high - log.low).sum();
    let consumer: BaseConsumer<ClientLog> =
        create_consumer(&pipeline.kafka, None, ClientLog).unwrap();
    let mut from = TopicPartitionList::new();
    for log in logs {
        from.add_partition_offset(topic.as_str(), log.partition, Offset::Offset(log.low))
            .unwrap();
    }
    consumer.assign(&from).unwrap();
    let mut letters: BTreeMap<Uuid, Vec<Published>> = BTreeMap::new();
    for _ in 0..records {
        let message = consumer.poll(Duration::from_secs(20)).unwrap().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let headers = headers_of(&message).unwrap().into_iter();
        let headers = headers.map(|(name, value)| (text(name), text(value.unwrap())));
        let id = text(message.key().unwrap().to_vec()).parse().unwrap();
        letters.entry(id).or_default().push(Published {
            payload: message.payload().map(<[u8]>::to_vec),
            headers: headers.collect(),
        });
    }
    letters
}

fn endless(pipeline: &Pipeline) -> Settings {
    Settings {
        until: Until::Shutdown,
        ..pipeline.settings(2, 7)
    }
}

/// Waits until so many records are refused and none is still to be published.
async fn all_are_published(pipeline: &Pipeline, refused: usize) {
    let done =
        "select count(*) - 1000000 * (select count(*) from ops.dead_letter) from ops.quarantine";
    while usize::try_from(pipeline.warehouse.count(done).await) != Ok(refused) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn each_refused_record_is_published_as_it_came_with_the_reason() {
    let pipeline = Pipeline::new().await;
    let mut garbage = unreadable(&pipeline).await;
    garbage.extend(unusable(&pipeline));
    let mut sendings: Vec<Sending> = garbage.into_iter().map(|it| it.sending).collect();
    sendings.extend(pipeline.sendings(&flow::synthetic(50)));
    let refused = sendings.len() - 50;
    pipeline.send(&sendings).await;
    let shutdown = CancellationToken::new();
    let run = tokio::spawn(consumer::run(endless(&pipeline), shutdown.clone()));
    all_are_published(&pipeline, refused).await;
    shutdown.cancel();
    run.await.unwrap().unwrap();

    let letters = published(&pipeline).await;
    assert_eq!(letters.len(), refused);
    let client = pipeline.warehouse.client(Role::Loader).await;
    let sql = "select quarantine_id, rule, reason, topic, partition, kafka_offset, payload
        from ops.quarantine join ops.kafka_topic using (topic_id)
        join bronze.kafka_record using (received_on, topic_id, partition, kafka_offset)";
    let mut replaced = 0;
    for row in client.query(sql, &[]).await.unwrap() {
        let letters = &letters[&row.get("quarantine_id")];
        assert_eq!(letters.len(), 1);
        let Published { payload, headers } = &letters[0];
        let rule: &str = row.get("rule");
        let (topic, partition): (&str, i32) = (row.get("topic"), row.get("partition"));
        let offset: i64 = row.get("kafka_offset");
        let stage = match rule {
            "ADT-001" => "VALUE_CONVERTER",
            _ => "TRANSFORMATION",
        };
        let mut expected = BTreeMap::from([
            ("__connect.errors.topic", topic.to_owned()),
            ("__connect.errors.partition", partition.to_string()),
            ("__connect.errors.offset", offset.to_string()),
            ("__connect.errors.stage", stage.to_owned()),
            ("__connect.errors.exception.class.name", rule.to_owned()),
            ("__connect.errors.exception.message", row.get("reason")),
        ]);
        let came: Option<Vec<u8>> = row.get("payload");
        if came.as_ref().is_some_and(|it| it.len() > PAYLOAD_BYTES_MAX) {
            replaced += 1;
            expected.insert("wardflow.replaced", "too large".to_owned());
            let place =
                format!(r#"{{"offset":{offset},"partition":{partition},"topic":"{topic}"}}"#);
            assert_eq!(payload.as_deref(), Some(place.as_bytes()));
        } else {
            assert_eq!(*payload, came);
        }
        let expected = expected
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        assert_eq!(*headers, expected.collect());
        assert!(headers.values().all(|value| !value.contains(CANARY)));
    }
    assert_eq!(replaced, 1);
    pipeline.warehouse.assert_green().await;
}

#[tokio::test]
async fn of_relays_that_are_killed_none_leaves_a_letter_unsent() {
    let pipeline = Pipeline::new().await;
    let refused = 600;
    let noise = |number: u32| Sending {
        partition: None,
        key: Some(number.to_be_bytes().to_vec()),
        payload: Some(number.to_be_bytes().to_vec()),
    };
    let sendings: Vec<Sending> = (0..600).map(noise).collect();
    pipeline.send(&sendings).await;
    let key = KeyFile::new();
    let start = || {
        let mut program = pipeline.program(&key.path());
        program.args(["--batch-rows", "20"]).spawn().unwrap()
    };
    let mut running = vec![start(), start()];
    for loaded in [150, 300, 450] {
        pipeline.loaded_at_least(loaded).await;
        let mut oldest = running.remove(0);
        oldest.kill().unwrap();
        oldest.wait().unwrap();
        running.push(start());
    }
    all_are_published(&pipeline, refused).await;
    for mut it in running {
        it.kill().unwrap();
        it.wait().unwrap();
    }
    let letters = published(&pipeline).await;
    assert_eq!(letters.len(), refused);
    pipeline.warehouse.assert_green().await;
}
