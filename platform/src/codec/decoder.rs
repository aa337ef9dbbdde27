//! Payloads to events.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use domain::pseudonym::PseudonymKey;
use uuid::Uuid;

use super::error::{DecodeError, DecodeFailure};
use super::plan::EventSchema;
use super::{PAYLOAD_BYTES_MAX, Record};
use crate::registry::Registry;
use crate::wire;

/// An event as it was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<R> {
    /// The fields that this code knows.
    pub event: R,
    /// What tells two contents under one id apart: over all fields, those not known included.
    pub content_hash: Uuid,
    /// The writer's schema.
    pub schema_id: u32,
}

/// Decodes payloads by the schema that each was written with; cheap to clone, and clones share
/// the schemas.
#[derive(Debug)]
pub struct Decoder<R> {
    registry: Registry,
    key: PseudonymKey,
    schemas: Arc<RwLock<HashMap<u32, SchemaOutcome<R>>>>,
}

/// A schema of another subject stays one, so that is kept as well.
type SchemaOutcome<R> = Result<Arc<EventSchema<R>>, DecodeError>;

impl<R> Clone for Decoder<R> {
    fn clone(&self) -> Self {
        Self {
            registry: self.registry.clone(),
            key: self.key.clone(),
            schemas: Arc::clone(&self.schemas),
        }
    }
}

impl<R: Record> Decoder<R> {
    /// A decoder that asks `registry` for schemas and hashes contents under `key`.
    pub fn new(registry: Registry, key: PseudonymKey) -> Self {
        Self {
            registry,
            key,
            schemas: Arc::default(),
        }
    }

    /// The event of a payload. Asks the registry at the first payload of a schema only.
    pub async fn decode(&self, payload: &[u8]) -> Result<Decoded<R>, DecodeFailure> {
        let (schema_id, datum) = open(payload)?;
        let schema = match self.kept(schema_id) {
            Some(outcome) => outcome?,
            None => self.fetch(schema_id).await?,
        };
        Ok(schema.read(datum, &self.key)?)
    }

    fn kept(&self, schema_id: u32) -> Option<SchemaOutcome<R>> {
        self.schemas
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&schema_id)
            .cloned()
    }

    /// An id that the registry does not know is asked for again each time: it may come to be.
    async fn fetch(&self, schema_id: u32) -> Result<Arc<EventSchema<R>>, DecodeFailure> {
        let text = self.registry.writer_schema(schema_id).await?;
        let outcome = EventSchema::new(&text).map(Arc::new);
        self.schemas
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(schema_id, outcome.clone());
        Ok(outcome?)
    }
}

/// The schema's id and the datum of a payload of a permitted size.
pub(super) fn open(payload: &[u8]) -> Result<(u32, &[u8]), DecodeError> {
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(DecodeError::TooLarge(payload.len()));
    }
    Ok(wire::unframe(payload)?)
}

#[cfg(test)]
mod tests {
    use domain::event::AdtEvent;
    use serde_json::json;

    use super::*;
    use crate::codec::{ADT_EVENT_SCHEMA, AdtDecoder, AdtEncoder};
    use crate::fault::Fault;
    use crate::registry::stub::Stub;

    /// Knows the event under 1 and another record under 2; 3 is a protobuf schema; 5 is down.
    fn decoder() -> (AdtDecoder, Stub) {
        let stub = Stub::answering(|line| {
            let id = line.split(['/', '?']).nth(3).unwrap_or_default();
            let schema = |text: &str, kind: &str| {
                (
                    200,
                    json!({ "schema": text, "schemaType": kind }).to_string(),
                )
            };
            match id {
                "1" => schema(ADT_EVENT_SCHEMA, "AVRO"),
                "2" => schema(r#"{"type":"record","name":"Staff","fields":[]}"#, "AVRO"),
                "3" => schema("syntax = \"proto3\";", "PROTOBUF"),
                "5" => (500, String::new()),
                _ => (
                    404,
                    json!({ "error_code": 40403, "message": "" }).to_string(),
                ),
            }
        });
        let key = PseudonymKey::new(&[7; 32]).unwrap();
        let decoder = AdtDecoder::new(Registry::new(&stub.args).unwrap(), key);
        (decoder, stub)
    }

    async fn code(decoder: &AdtDecoder, payload: &[u8]) -> &'static str {
        match decoder.decode(payload).await {
            Ok(_) => "decoded",
            Err(DecodeFailure::Data(error)) => error.code(),
            Err(DecodeFailure::Infrastructure(_)) => "infrastructure",
        }
    }

    #[tokio::test]
    async fn each_bad_payload_has_its_code() {
        let (decoder, _stub) = decoder();
        let good = AdtEncoder::with_schema_id(1)
            .encode(&AdtEvent::default())
            .unwrap();
        let noise: Vec<u8> = (0..1_u32 << 20)
            .map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[0])
            .collect();
        let longer = [&good[..], b"x"].concat();
        for (payload, expected) in [
            (&good[..], "decoded"),
            (&longer, "trailing-bytes"),
            (b"", "empty"),
            (&[0], "truncated"),
            (&good[..4], "truncated"),
            (&good[..5], "truncated"),
            (b"\x01\0\0\0\x01", "wrong-magic"),
            (br#"{"event_id":"1"}"#, "wrong-magic"),
            (&vec![0; PAYLOAD_BYTES_MAX + 1], "too-large"),
            (&wire::frame(1, &noise), "malformed"),
            (&wire::frame(4, b""), "unknown-schema"),
            (&wire::frame(u32::MAX, &noise), "unknown-schema"),
            (&wire::frame(2, b""), "not-an-adt-event"),
            (&wire::frame(3, b""), "not-an-adt-event"),
        ] {
            let start = &payload[..payload.len().min(8)];
            assert_eq!(code(&decoder, payload).await, expected, "{start:02x?}");
        }
    }

    #[tokio::test]
    async fn a_registry_that_is_away_is_not_the_data_s_fault() {
        let (decoder, _stub) = decoder();
        let failure = decoder.decode(&wire::frame(5, b"")).await.unwrap_err();
        assert_eq!(failure.fault(), Fault::Infrastructure);
        assert!(failure.fault().is_retryable());
    }

    #[tokio::test]
    async fn the_registry_is_asked_once_a_schema_whatever_it_is() {
        let (decoder, stub) = decoder();
        for _ in 0..3 {
            assert_eq!(
                code(&decoder.clone(), &wire::frame(2, b"")).await,
                "not-an-adt-event"
            );
        }
        assert_eq!(stub.asked(), 1);
    }
}
