//! A partition of a topic that is only thought of: batches as a lane would close them.

use chrono::{DateTime, Utc};
use database::load::{Batch, Incoming, Load, Loader, Schema, Swap};
use database::{Topic, connect, key, offset};
use domain::clean::Refusal;
use domain::record::CleanedEvent;

use super::ward_life::{self, start};
use super::warehouse::{Role, Warehouse};

pub(crate) const PARTITIONS: u32 = 6;

const SCHEMA_ID: i32 = 1;

/// Registers a topic as the first start of a consumer does, every partition from offset 0.
pub(crate) async fn registered_topic(warehouse: &Warehouse) -> Topic {
    let mut client = warehouse.client(Role::Loader).await;
    key::require_key(&client, &ward_life::key()).await.unwrap();
    let topic = Topic::register(&mut client, "cluster", "events", PARTITIONS)
        .await
        .unwrap();
    for partition in 0..PARTITIONS {
        let partition = i32::try_from(partition).unwrap();
        offset::begin(&client, &topic, partition, 0).await.unwrap();
    }
    topic
}

/// A loader as a lane has it, by a connection of its own.
pub(crate) async fn loader(warehouse: &Warehouse, topic: &Topic) -> Loader {
    loader_of(warehouse, topic).await
}

/// A loader of anything.
pub(crate) async fn loader_of<T: Load>(warehouse: &Warehouse, topic: &Topic) -> Loader<T> {
    let client = connect(&warehouse.url(Role::Loader), "lane").await.unwrap();
    let reference = warehouse.reference().await.into();
    Loader::new(client, topic.clone(), reference).await.unwrap()
}

/// The end of a partition's log.
#[derive(Debug)]
pub(crate) struct Partition {
    number: i32,
    next: i64,
}

impl Partition {
    pub(crate) fn new(number: i32) -> Self {
        Self { number, next: 0 }
    }

    /// The next records, as one batch.
    pub(crate) fn batch<'e>(
        &mut self,
        events: impl IntoIterator<Item = &'e CleanedEvent>,
    ) -> Batch {
        let events = events.into_iter();
        self.batch_of(events.map(|event| Ok(Box::new(event.clone()))))
    }

    pub(crate) fn batch_of<T>(
        &mut self,
        outcomes: impl IntoIterator<Item = Result<Box<T>, Refusal>>,
    ) -> Batch<T> {
        let expected = self.next;
        let records = outcomes
            .into_iter()
            .map(|outcome| self.incoming(outcome))
            .collect();
        let swap = Swap {
            partition: self.number,
            expected,
            next: self.next,
        };
        Batch {
            records,
            swaps: vec![swap],
            holes: Vec::new(),
            schemas: (expected == 0).then(schema).into_iter().collect(),
            storm: None,
            calms: Vec::new(),
        }
    }

    fn incoming<T>(&mut self, outcome: Result<Box<T>, Refusal>) -> Incoming<T> {
        let offset = self.next;
        self.next += 1;
        Incoming {
            partition: self.number,
            offset,
            received_at: now(),
            schema_id: Some(SCHEMA_ID),
            key: Some(b"key".to_vec()),
            payload: Some(b"payload".to_vec()),
            headers: None,
            outcome,
            mentions: None,
            redrives: None,
        }
    }
}

fn schema() -> Schema {
    Schema {
        id: SCHEMA_ID,
        definition: "{}".to_owned(),
    }
}

/// When these records came and were loaded: tests have no clock.
pub(crate) fn now() -> DateTime<Utc> {
    start()
}
