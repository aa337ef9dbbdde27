//! A patient whose identity was planted in every way is erased: nothing of it is found, nor after
//! Kafka was read again from its begin.

use std::time::Duration;

use database::erasure::Eraser;
use platform::kafka::{ClientLog, create_producer};
use rdkafka::producer::{BaseProducer, Producer as _};

use super::canary::{self, PATIENT_NUMBER};
use super::exposure::exposed_tables;
use super::identity::send_events;
use super::warehouse::{Warehouse, demo_key};

async fn erase(warehouse: &Warehouse) {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let name = format!("ROSEBANK:{PATIENT_NUMBER}");
    let client = warehouse.owner().await;
    let at = (archive, Duration::ZERO);
    let mut eraser = Eraser::new(client, &demo_key(), &name, at).await.unwrap();
    let now = "2026-03-09T00:00:00Z".parse().unwrap();
    eraser.erase(Some("ticket 82"), now).await.unwrap();
}

/// Tables in which the patient is, wherever identity may be or not.
async fn exposed(warehouse: &Warehouse) -> Vec<String> {
    exposed_tables(&warehouse.superuser().await, &[], true).await
}

/// What a warehouse that is made anew takes over from the former one.
async fn take_over(from: &Warehouse, to: &Warehouse) {
    let (from, to) = (from.superuser().await, to.superuser().await);
    for table in ["ops.erasure", "ops.erased_word"] {
        let rows = format!("select coalesce(json_agg(t), '[]')::text from {table} as t");
        let rows: String = from.query_one(&rows, &[]).await.unwrap().get(0);
        let write = format!(
            "insert into {table} select * from json_populate_recordset(null::{table}, $1::text::json)"
        );
        to.execute(&write, &[&rows]).await.unwrap();
    }
}

#[tokio::test]
async fn an_erased_patient_is_found_nowhere_and_after_a_replay_neither() {
    let warehouse = Warehouse::new().await;
    let client: BaseProducer<ClientLog> = create_producer(&warehouse.kafka, ClientLog).unwrap();
    let refused = send_events(&warehouse, &client).await;
    client.flush(Duration::from_secs(30)).unwrap();
    let good = canary::good_events().len() as u64;
    let loaded = warehouse.load().await;
    assert_eq!((loaded.loaded, loaded.quarantined), (good, refused));
    let before = exposed(&warehouse).await;
    assert!(
        before.contains(&"bronze.kafka_record".to_owned()),
        "{before:?}"
    );

    erase(&warehouse).await;
    assert_eq!(exposed(&warehouse).await, Vec::<String>::new());
    warehouse.assert_green().await;
    // A consumer that starts again finds its own log.
    assert_eq!(warehouse.load().await.loaded, 0);
    let digest = warehouse.digest().await;

    let mut anew = Warehouse::new().await;
    anew.kafka = warehouse.kafka.clone();
    take_over(&warehouse, &anew).await;
    let replayed = anew.load().await;
    assert_eq!((replayed.loaded, replayed.erased), (0, good + refused));
    assert_eq!(exposed(&anew).await, Vec::<String>::new());
    anew.assert_green().await;
    assert_eq!(anew.digest().await, digest);
}
