//! Payloads to events by schemas that were kept, where there is no registry.

use std::collections::HashMap;

use domain::pseudonym::PseudonymKey;

use super::decoder::{Decoded, open};
use super::error::DecodeError;
use super::plan::EventSchema;
use super::record::Record;

/// Decodes payloads as [`super::Decoder`] does, by the schemas that it is given.
#[derive(Debug)]
pub struct KeptDecoder<R> {
    key: PseudonymKey,
    schemas: HashMap<u32, Result<EventSchema<R>, DecodeError>>,
}

impl<R: Record> KeptDecoder<R> {
    /// A decoder that knows schemas, each by its id and text, and hashes contents under `key`.
    pub fn new<'s>(schemas: impl IntoIterator<Item = (u32, &'s str)>, key: PseudonymKey) -> Self {
        let schemas = schemas.into_iter();
        Self {
            key,
            schemas: schemas
                .map(|(id, text)| (id, EventSchema::parse(id, text)))
                .collect(),
        }
    }

    /// The event of a payload. A schema that was not given is one that nobody knows.
    pub fn decode(&self, payload: &[u8]) -> Result<Decoded<R>, DecodeError> {
        let (schema_id, datum) = open(payload)?;
        match self.schemas.get(&schema_id) {
            Some(Ok(schema)) => schema.read(datum, &self.key),
            Some(Err(error)) => Err(error.clone()),
            None => Err(DecodeError::UnknownSchema(schema_id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::event::AdtEvent;

    use super::*;
    use crate::codec::{ADT_EVENT_SCHEMA, AdtEncoder, STAFF_EVENT_SCHEMA};
    use crate::wire;

    #[test]
    fn what_was_kept_is_read_and_what_was_not_has_the_code_of_the_registry_s_answer() {
        let key = PseudonymKey::new(&[7; 32]).unwrap();
        let kept = [
            (1, ADT_EVENT_SCHEMA),
            (2, STAFF_EVENT_SCHEMA),
            (3, "no schema"),
        ];
        let decoder = KeptDecoder::<AdtEvent>::new(kept, key.clone());
        let event = AdtEvent {
            patient_id: Some("10006".into()),
            ..AdtEvent::default()
        };
        let payload = AdtEncoder::with_schema_id(1).encode(&event).unwrap();
        let decoded = decoder.decode(&payload).unwrap();
        let direct = EventSchema::parse(1, ADT_EVENT_SCHEMA).unwrap();
        assert_eq!(decoded, direct.read(&payload[5..], &key).unwrap());
        assert_eq!((decoded.event, decoded.schema_id), (event, 1));
        for (payload, code) in [
            (wire::frame(2, b""), "not-an-adt-event"),
            (wire::frame(3, b""), "unusable-schema"),
            (wire::frame(4, &payload[5..]), "unknown-schema"),
            (payload[..4].to_vec(), "truncated"),
            (Vec::new(), "empty"),
        ] {
            assert_eq!(decoder.decode(&payload).unwrap_err().code(), code);
        }
    }
}
