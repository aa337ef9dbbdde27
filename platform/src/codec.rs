//! Events to and from Kafka values.
//!
//! An event ([`Record`]) is written under the newest schema here and read under whatever schema it was
//! written with: fields are matched by name, one that is missing is null, one that is not known is
//! passed over (and still counts in the content hash), so old and new producers and consumers run
//! side by side.
//!
//! Decoding is safe against any payload: it takes memory in proportion to the payload's size, a
//! bounded time and a bounded stack, and what it says about a bad one names fields, types and
//! sizes, never a value.

mod adt;
mod datum;
mod decoder;
mod department;
mod document;
mod encoder;
mod error;
mod kept;
mod plan;
mod record;
mod refusal;
mod staff;
mod writing;

use domain::event::AdtEvent;

pub use adt::ADT_EVENT_SCHEMA;
pub use decoder::{Decoded, Decoder};
pub use department::DEPARTMENT_METADATA_SCHEMA;
pub use document::{DocumentError, DocumentSchema};
pub use encoder::{EncodeError, Encoder};
pub use error::{DecodeError, DecodeFailure};
pub use kept::KeptDecoder;
pub use plan::EventSchema;
pub use record::{Record, Target};
pub use refusal::unreadable;
pub use staff::STAFF_EVENT_SCHEMA;

/// Reads events of patients.
pub type AdtDecoder = Decoder<AdtEvent>;

/// Writes events of patients.
pub type AdtEncoder = Encoder<AdtEvent>;

/// A writer's schema of events of patients.
pub type AdtSchema = EventSchema<AdtEvent>;

/// The largest payload that is written or read, in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 2 * 1024 * 1024;

#[cfg(test)]
mod tests;
