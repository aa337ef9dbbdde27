//! Where bronze cannot tell what there was, nothing is changed.

use database::rebuild::from_bronze;
use domain::pseudonym::PseudonymKey;
use tokio_util::sync::CancellationToken;

use super::contents::assert_same;
use super::place::Place;
use crate::load::warehouse::{Role, Warehouse};

#[tokio::test]
async fn another_key_is_refused() {
    let place = Place::loaded().await;
    let mut owner = place.warehouse.client(Role::Owner).await;
    let (other, token) = (
        PseudonymKey::new(&[8; 32]).unwrap(),
        CancellationToken::new(),
    );
    let refused = from_bronze(&mut owner, &other, &token, |_| {}).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("another pseudonym key"), "{refused}");
    // Nor is the warehouse tied to one by it.
    place.run("delete from vault.key").await;
    let refused = from_bronze(&mut owner, &other, &token, |_| {}).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("tied to no pseudonym key"), "{refused}");
    let keys = "select count(*) from vault.key";
    assert_eq!(place.count(keys).await, 0);
}

#[tokio::test]
async fn an_empty_warehouse_is_the_same() {
    let warehouse = Warehouse::new().await;
    crate::load::partition::registered_topic(&warehouse).await;
    let mut owner = warehouse.client(Role::Owner).await;
    let (key, token) = (crate::load::ward_life::key(), CancellationToken::new());
    let rebuilt = from_bronze(&mut owner, &key, &token, |_| {}).await;
    let rebuilt = rebuilt.unwrap().unwrap();
    assert!(rebuilt.is_same() && rebuilt.records == 0, "{rebuilt:?}");
}

/// What is wrong, and what is said of it.
const LOST: [(&str, &[&str]); 7] = [
    (
        "delete from bronze.kafka_record where topic_id = 1 and kafka_offset in (3, 4)",
        &[
            "2 records that bronze does not hold",
            "silver.adt_record",
            "topic t.hospital.adt.events partition 0 offset 3",
            "attach the day",
        ],
    ),
    (
        "delete from bronze.kafka_record where topic_id = 1 and kafka_offset = 35",
        &["ops.quarantine", "partition 0 offset 35"],
    ),
    (
        "delete from ops.schema",
        &[
            "ops.schema does not hold",
            "schema 21",
            "topic t.hospital.adt.events partition 0 offset 0",
        ],
    ),
    (
        "update bronze.kafka_record set payload = substring(payload from 1 for 40) where topic_id = 1 and kafka_offset = 13",
        &["is unreadable", "partition 0 offset 13", "Restore the record"],
    ),
    (
        "update bronze.kafka_record set payload = null where topic_id = 1 and kafka_offset = 3",
        &["lost the value", "partition 0 offset 3"],
    ),
    (
        "insert into bronze.kafka_record
        select date '2031-01-01', topic_id, partition, kafka_offset, received_at, schema_id, key, payload, headers
        from bronze.kafka_record where topic_id = 1 and kafka_offset = 3",
        &["under several days", "partition 0 offset 3"],
    ),
    (
        "update ops.kafka_topic set topic = 'elsewhere' where topic like '%retry'",
        &["topic elsewhere"],
    ),
];

#[tokio::test]
async fn what_cannot_be_read_again_is_named_and_nothing_is_changed() {
    let place = Place::loaded().await;
    place.warehouse.assert_green().await;
    for (damage, words) in LOST {
        let client = place.warehouse.superuser().await;
        let kept = "create temporary table kept_bronze as table bronze.kafka_record;
            create temporary table kept_schema as table ops.schema;
            create temporary table kept_topic as table ops.kafka_topic";
        client.batch_execute(kept).await.unwrap();
        // Names of topics are referred to.
        let damage = format!("set session_replication_role = replica; {damage}");
        client.batch_execute(&damage).await.unwrap();
        let before = place.contents().await;
        let refused = place.refusal().await;
        for word in words {
            assert!(refused.contains(word), "{damage}: {refused}");
        }
        assert_same(&before, &place.contents().await, &damage);
        let restore =
            "truncate bronze.kafka_record; insert into bronze.kafka_record table kept_bronze;
            delete from ops.schema; insert into ops.schema table kept_schema;
            update ops.kafka_topic as topic set topic = kept.topic from kept_topic as kept
            where kept.topic_id = topic.topic_id";
        client.batch_execute(restore).await.unwrap();
        assert!(place.rebuild().await.is_same());
    }
}
