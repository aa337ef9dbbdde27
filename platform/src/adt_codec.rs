//! [`AdtEvent`](domain::event::AdtEvent) to and from Kafka values.
//!
//! An event is written under the newest schema here and read under whatever schema it was written
//! with: fields are matched by name, one that is missing is null, one that is not known is passed
//! over (and still counts in the content hash), so old and new producers and consumers run side by
//! side.
//!
//! Decoding is safe against any payload: it takes memory in proportion to the payload's size, a
//! bounded time and a bounded stack, and what it says about a bad one names fields, types and
//! sizes, never a value.

mod datum;
mod decoder;
mod encoder;
mod error;
mod field;
mod plan;

pub use decoder::{AdtDecoder, Decoded};
pub use encoder::{AdtEncoder, EncodeError};
pub use error::{DecodeError, DecodeFailure};
pub use plan::AdtSchema;

/// The newest schema of the event; what this code writes.
pub const ADT_EVENT_SCHEMA: &str = include_str!("../../schemas/adt_event.v1.avsc");

/// The largest payload that is written or read, in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 2 * 1024 * 1024;

#[cfg(test)]
mod tests;
