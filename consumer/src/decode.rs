use std::collections::HashSet;

use database::load::{Incoming, Load, Schema, mentioned};
use domain::clean::{Clean, Cleaner, Refusal};
use domain::erased::Erased;
use platform::codec::{DecodeError, DecodeFailure, Decoder, Record, unreadable};
use platform::registry::{Registry, RegistryError};
use platform::wire;
use uuid::Uuid;

use crate::record::KafkaRecord;

/// What a topic holds: it can be read, cleaned and loaded.
pub(crate) trait Event: Record + Clean<Cleaned: Load> {}

impl<E: Record + Clean<Cleaned: Load>> Event for E {}

/// Turns Kafka records into what the loader takes: decoded, cleaned, or refused with a reason.
pub(crate) struct Decoding<E> {
    pub(crate) decoder: Decoder<E>,
    pub(crate) cleaner: Cleaner,
    pub(crate) registry: Registry,
    /// Ids of schemas that this lane has written to the warehouse.
    pub(crate) kept_schemas: HashSet<i32>,
    /// Whether letters are sent again to the topic. Nobody else's header settles one.
    pub(crate) takes_letters: bool,
}

impl<E> Clone for Decoding<E> {
    fn clone(&self) -> Self {
        Self {
            decoder: self.decoder.clone(),
            cleaner: self.cleaner.clone(),
            registry: self.registry.clone(),
            kept_schemas: self.kept_schemas.clone(),
            takes_letters: self.takes_letters,
        }
    }
}

impl<E: Event> Decoding<E> {
    /// Decodes and cleans one record. The error is the registry's alone, and may pass.
    pub(crate) async fn decode(
        &self,
        record: &KafkaRecord,
    ) -> Result<Outcome<E::Cleaned>, RegistryError> {
        let Some(payload) = record.payload.as_deref() else {
            let event = Err(unreadable::<E>(&DecodeError::Empty));
            return Ok(Outcome {
                schema_id: None,
                schema: None,
                event,
            });
        };
        let schema_id = wire::unframe(payload).ok().map(|(schema_id, _)| schema_id);
        let (schema, event) = match self.decoder.decode(payload).await {
            Ok(decoded) => {
                let event = decoded.event.clean(&self.cleaner, decoded.content_hash);
                (
                    self.new_schema(decoded.schema_id).await?,
                    event.map(Box::new),
                )
            }
            Err(DecodeFailure::Data(error)) => (None, Err(unreadable::<E>(&error))),
            Err(DecodeFailure::Infrastructure(error)) => return Err(error),
        };
        Ok(Outcome {
            schema_id,
            schema,
            event,
        })
    }

    /// Which erased patient a record names, where it is not of one.
    pub(crate) fn mentioned(
        &self,
        erased: &Erased,
        record: &KafkaRecord,
        event: &Result<Box<E::Cleaned>, Refusal>,
    ) -> Option<Uuid> {
        let bytes = (record.key.as_deref(), record.payload.as_deref());
        mentioned((&self.cleaner, erased), bytes, event)
    }

    /// The letter in quarantine that was sent again as a record.
    pub(crate) fn letter_of(&self, record: &KafkaRecord) -> Option<Uuid> {
        self.takes_letters.then(|| record.letter()).flatten()
    }

    /// The schema that was just decoded with, unless the warehouse has it from this lane.
    async fn new_schema(&self, schema_id: u32) -> Result<Option<Schema>, RegistryError> {
        let id = schema_id.cast_signed();
        if self.kept_schemas.contains(&id) {
            return Ok(None);
        }
        // From the registry client's memory.
        let schema = self.registry.writer_schema(schema_id).await?;
        Ok(Some(Schema {
            id,
            definition: schema.text.clone(),
        }))
    }

    /// Remembers schemas that the warehouse holds now.
    pub(crate) fn keep(&mut self, schemas: &[Schema]) {
        self.kept_schemas
            .extend(schemas.iter().map(|schema| schema.id));
    }
}

/// What became of one record.
pub(crate) struct Outcome<T> {
    pub(crate) schema_id: Option<u32>,
    /// The schema that the payload was read by, usable or not, where it is to be kept.
    pub(crate) schema: Option<Schema>,
    pub(crate) event: Result<Box<T>, Refusal>,
}

impl<T> Outcome<T> {
    /// The record with its outcome, as the loader takes it.
    pub(crate) fn of(
        self,
        record: KafkaRecord,
        (mentions, redrives): (Option<Uuid>, Option<Uuid>),
    ) -> Incoming<T> {
        Incoming {
            redrives,
            partition: record.partition,
            offset: record.offset,
            received_at: record.received_at,
            schema_id: self.schema_id.map(u32::cast_signed),
            key: record.key,
            payload: record.payload,
            headers: record.headers,
            outcome: self.event,
            mentions,
        }
    }
}
