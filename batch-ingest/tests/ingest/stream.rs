//! What topics hold, loaded beside files as a consumer loads it.

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use database::load::{Batch, Incoming, Load, Loader, Schema, Swap};
use database::{Topic, connect, key, offset};
use domain::clean::{Clean, Cleaner};
use domain::digest::first_uuid;
use domain::event::AdtEvent;
use sha2::{Digest as _, Sha256};
use tokio_postgres::Client;

use crate::place::{self, SHARDS};
use crate::warehouse::{Role, Warehouse};

/// A lane of one partition that all records of a topic come from.
pub(crate) struct Lane<E: Clean = AdtEvent> {
    loader: Loader<E::Cleaned>,
    cleaner: Cleaner,
    next: i64,
}

impl Lane {
    /// Of events of patients.
    pub(crate) async fn into(warehouse: &Warehouse) -> Self {
        let mut client = connect(&warehouse.url(Role::Loader), "lane").await.unwrap();
        let topic = Topic::register(&mut client, "cluster", "events", SHARDS).await;
        Self::over(client, topic.unwrap(), warehouse).await
    }

    /// The same lane with the reference data as it is by now.
    pub(crate) async fn again(self, warehouse: &Warehouse) -> Self {
        Self {
            next: self.next,
            ..Self::into(warehouse).await
        }
    }
}

impl<E: Clean + Debug> Lane<E>
where
    E::Cleaned: Load,
{
    /// Of statements.
    pub(crate) async fn of_statements(warehouse: &Warehouse, name: &str) -> Self {
        let mut client = connect(&warehouse.url(Role::Loader), "lane").await.unwrap();
        let topic = Topic::register_without_patients(&mut client, "cluster", name, 1).await;
        Self::over(client, topic.unwrap(), warehouse).await
    }

    async fn over(client: Client, topic: Topic, warehouse: &Warehouse) -> Self {
        key::require_key(&client, &place::key()).await.unwrap();
        offset::begin(&client, &topic, 0, 0).await.unwrap();
        let reference = warehouse.reference().await;
        let cleaner = Cleaner::new(place::key(), reference.hospitals.clone());
        Self {
            loader: Loader::new(client, topic, reference.into()).await.unwrap(),
            cleaner,
            next: 0,
        }
    }

    /// Loads events as one batch.
    pub(crate) async fn load(&mut self, events: &[E]) {
        if events.is_empty() {
            return;
        }
        let now: DateTime<Utc> = "2026-03-02T00:00:00Z".parse().unwrap();
        let expected = self.next;
        let records = events.iter().map(|event| {
            let content = Sha256::digest(format!("{event:?}")).into();
            let outcome = event.clean(&self.cleaner, first_uuid(&content));
            let offset = self.next;
            self.next += 1;
            Incoming {
                partition: 0,
                offset,
                received_at: now,
                schema_id: Some(1),
                key: Some(b"key".to_vec()),
                payload: Some(b"payload".to_vec()),
                headers: None,
                outcome: outcome.map(Box::new),
                mentions: None,
                redrives: None,
            }
        });
        let records = records.collect();
        let schema = Schema {
            id: 1,
            definition: "{}".to_owned(),
        };
        let batch = Batch {
            records,
            swaps: vec![Swap {
                partition: 0,
                expected,
                next: self.next,
            }],
            holes: Vec::new(),
            schemas: (expected == 0).then_some(schema).into_iter().collect(),
            storm: None,
            calms: Vec::new(),
        };
        self.loader.load(&batch, now).await.unwrap();
    }
}
