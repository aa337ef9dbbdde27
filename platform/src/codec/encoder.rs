//! Events to payloads.
//!
//! The datum is written field by field in the order of the newest schema. apache-avro's quickest
//! writer (`GenericDatumWriter::write_ser`, 0.22) takes some 2 µs of CPU for a typical event
//! (`examples/codec_speed.rs`), which is as much as librdkafka needs to send it; that it would write the same bytes is tested.

use std::fmt;
use std::marker::PhantomData;

use super::{PAYLOAD_BYTES_MAX, Record};
use crate::fault::Fault;
use crate::registry::{Registry, RegistryError};
use crate::wire;

/// A typical payload's size in bytes, so that it is written without growing.
const PAYLOAD_BYTES_TYPICAL: usize = 512;

/// An event that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// Larger than a payload may be.
    #[error("the event takes {0} bytes, more than the {PAYLOAD_BYTES_MAX} of the largest payload")]
    TooLarge(usize),
}

impl EncodeError {
    /// Always the data's.
    pub fn fault(&self) -> Fault {
        Fault::Data
    }
}

/// Writes events under one schema id.
pub struct Encoder<R> {
    schema_id: u32,
    event: PhantomData<fn(&R)>,
}

impl<R> Clone for Encoder<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Encoder<R> {}

impl<R> fmt::Debug for Encoder<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Encoder({})", self.schema_id)
    }
}

impl<R: Record> Encoder<R> {
    /// Registers the schema under `subject` and writes under the id that it gets.
    pub async fn register(registry: &Registry, subject: &str) -> Result<Self, RegistryError> {
        let schema_id = registry.register(subject, R::SCHEMA).await?;
        Ok(Self::with_schema_id(schema_id))
    }

    /// Writes under an id that [`Record::SCHEMA`] is known to have.
    pub fn with_schema_id(schema_id: u32) -> Self {
        Self {
            schema_id,
            event: PhantomData,
        }
    }

    /// The id that payloads carry.
    pub fn schema_id(&self) -> u32 {
        self.schema_id
    }

    /// The payload of an event.
    pub fn encode(&self, event: &R) -> Result<Vec<u8>, EncodeError> {
        let mut payload = Vec::with_capacity(PAYLOAD_BYTES_TYPICAL);
        self.encode_into(event, &mut payload)?;
        Ok(payload)
    }

    /// Writes the payload of an event to `payload`, in place of what was in it.
    pub fn encode_into(&self, event: &R, payload: &mut Vec<u8>) -> Result<(), EncodeError> {
        payload.clear();
        wire::begin(payload, self.schema_id);
        event.write(payload);
        match payload.len() {
            bytes if bytes > PAYLOAD_BYTES_MAX => Err(EncodeError::TooLarge(bytes)),
            _ => Ok(()),
        }
    }
}
