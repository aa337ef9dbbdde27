//! The log of a topic that is only thought of: payloads as Kafka holds them, decoded and cleaned as a lane does it.

use chrono::{DateTime, TimeDelta, Utc};
use database::load::{Batch, Incoming, Load, Loaded, Loader, Schema, Swap, mentioned};
use database::reference::reference;
use database::{Topic, key, letter, offset};
use domain::clean::{Clean, Cleaner, Refusal};
use domain::rule::warehouse::REFUSED;
use platform::codec::{DecodeError, Encoder, KeptDecoder, Record, unreadable};
use platform::{kafka, wire};
use uuid::Uuid;

use crate::load::partition::{PARTITIONS, now};
use crate::load::ward_life;
use crate::load::warehouse::{Role, Warehouse};

/// A schema that the registry tells, and by which nothing could be read: nobody keeps it.
pub(super) const NOT_KEPT: (u32, &str) = (
    77,
    r#"{"type":"record","name":"Invoice","namespace":"hospital.billing","fields":[]}"#,
);

/// The schema that the registry tells of a record of ours.
fn schema_id<E: Record>() -> u32 {
    u32::try_from(E::NAME.len()).unwrap()
}

/// One record that is sent.
#[derive(Clone, Default)]
pub(super) struct Sent {
    pub(super) key: Option<Vec<u8>>,
    pub(super) payload: Option<Vec<u8>>,
    pub(super) headers: Option<Vec<Option<Vec<u8>>>>,
    /// Whether the database refuses it, whatever cleaning says.
    pub(super) is_refused_by_database: bool,
}

impl Sent {
    pub(super) fn of<E: Record>(event: &E, key: &str) -> Self {
        let encoder = Encoder::with_schema_id(schema_id::<E>());
        Self {
            key: Some(key.into()),
            payload: Some(encoder.encode(event).unwrap()),
            ..Self::default()
        }
    }

    pub(super) fn bytes(payload: &[u8]) -> Self {
        Self {
            payload: Some(payload.to_vec()),
            ..Self::default()
        }
    }

    /// The same as a record that repeats a letter.
    pub(super) fn repeating(self, letter: Uuid) -> Self {
        let id = letter.to_string().into_bytes();
        Self {
            headers: Some(vec![Some(letter::HEADER.into()), Some(id)]),
            ..self
        }
    }
}

/// One partition of a topic, and the lane that loads it.
pub(super) struct Log<E: Clean<Cleaned: Load>> {
    kind: kafka::Topic,
    loader: Loader<E::Cleaned>,
    decoder: KeptDecoder<E>,
    cleaner: Cleaner,
    erased: domain::erased::Erased,
    next: i64,
}

impl<E: Record + Clean<Cleaned: Load>> Log<E> {
    /// Registers the topic, or goes on with it.
    pub(super) async fn new(warehouse: &Warehouse, kind: kafka::Topic) -> Self {
        let mut client = warehouse.client(Role::Loader).await;
        key::require_key(&client, &ward_life::key()).await.unwrap();
        let name = kind.name("t.");
        let name = name.as_str();
        let topic = match kind {
            kafka::Topic::Staff | kafka::Topic::Departments => {
                Topic::register_without_patients(&mut client, "cluster", name, 1).await
            }
            _ => Topic::register(&mut client, "cluster", name, PARTITIONS).await,
        };
        let topic = topic.unwrap();
        offset::begin(&client, &topic, 0, 0).await.unwrap();
        let next = "select next_offset from ops.kafka_offset where topic = $1";
        let next = client.query_one(next, &[&name]).await.unwrap().get(0);
        let reference = reference(&client).await.unwrap();
        let schemas = [(schema_id::<E>(), E::SCHEMA), NOT_KEPT];
        Self {
            decoder: KeptDecoder::new(schemas, ward_life::key()),
            cleaner: Cleaner::new(ward_life::key(), reference.hospitals.clone()),
            erased: reference.erased.clone(),
            loader: Loader::new(client, topic, reference.into()).await.unwrap(),
            kind,
            next,
        }
    }

    /// Loads records in batches; tells the offset of the first.
    pub(super) async fn load(&mut self, sent: &[Sent]) -> (i64, Loaded) {
        let first = self.next;
        let mut all = Loaded::default();
        for some in sent.chunks(7) {
            let batch = self.batch(some);
            let loaded = self.loader.load(&batch, now()).await.unwrap();
            all.loaded += loaded.loaded;
            all.duplicates += loaded.duplicates;
            all.quarantined += loaded.quarantined;
            all.erased += loaded.erased;
        }
        (first, all)
    }

    fn batch(&mut self, sent: &[Sent]) -> Batch<E::Cleaned> {
        let expected = self.next;
        let schema = Schema {
            id: schema_id::<E>().cast_signed(),
            definition: E::SCHEMA.to_owned(),
        };
        let records: Vec<_> = sent.iter().map(|sent| self.incoming(sent)).collect();
        Batch {
            records,
            swaps: vec![Swap {
                partition: 0,
                expected,
                next: self.next,
            }],
            holes: Vec::new(),
            schemas: vec![schema],
            storm: None,
            calms: Vec::new(),
        }
    }

    fn incoming(&mut self, sent: &Sent) -> Incoming<E::Cleaned> {
        let offset = self.next;
        self.next += 1;
        let outcome = self.outcome(sent);
        let bytes = (sent.key.as_deref(), sent.payload.as_deref());
        let framed = bytes.1.and_then(|payload| wire::unframe(payload).ok());
        let headers = sent.headers.as_deref();
        Incoming {
            partition: 0,
            offset,
            received_at: received_at(offset),
            schema_id: framed.map(|(id, _)| id.cast_signed()),
            key: sent.key.clone(),
            payload: sent.payload.clone(),
            headers: sent.headers.clone(),
            mentions: mentioned((&self.cleaner, &self.erased), bytes, &outcome),
            redrives: headers
                .filter(|_| self.kind != kafka::Topic::Events)
                .and_then(letter::named_in),
            outcome,
        }
    }

    fn outcome(&self, sent: &Sent) -> Result<Box<E::Cleaned>, Refusal> {
        let payload = sent.payload.as_deref().ok_or(DecodeError::Empty);
        let decoded = payload.and_then(|payload| self.decoder.decode(payload));
        let decoded = decoded.map_err(|error| unreadable::<E>(&error))?;
        let cleaned = decoded.event.clean(&self.cleaner, decoded.content_hash)?;
        if sent.is_refused_by_database {
            return Err(Refusal {
                rule: &REFUSED,
                field: None,
                reason: "the database refused to write silver: SQLSTATE 23514".to_owned(),
            });
        }
        Ok(Box::new(cleaned))
    }
}

/// Records come over several days, which are partitions of bronze.
fn received_at(offset: i64) -> DateTime<Utc> {
    now() + TimeDelta::hours(5 * offset)
}
