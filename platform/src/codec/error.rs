//! Why a payload cannot be decoded.

use crate::codec::{PAYLOAD_BYTES_MAX, Record};
use crate::fault::Fault;
use crate::registry::RegistryError;
use crate::wire::FrameError;

/// A payload that is no event. Always the data's fault; no message holds a value of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// No bytes.
    #[error("the payload is empty")]
    Empty,
    /// Not the wire format.
    #[error("the payload starts with byte {0} instead of the magic 0")]
    WrongMagic(u8),
    /// Larger than any event.
    #[error("the payload has {0} bytes, more than the {PAYLOAD_BYTES_MAX} of the largest event")]
    TooLarge(usize),
    /// It ends in the middle of a field (or of the header).
    #[error("the payload ends within {field}")]
    Truncated {
        /// Where it ends.
        field: String,
    },
    /// It goes on behind the record.
    #[error("{0} bytes follow the event's last field")]
    TrailingBytes(usize),
    /// The registry does not know the schema.
    #[error("the registry knows no schema {0}")]
    UnknownSchema(u32),
    /// The schema is that of something else.
    #[error("schema {schema_id} is {found}, not the record {expected}")]
    OtherRecord {
        /// The schema's id.
        schema_id: u32,
        /// What it is the schema of.
        found: String,
        /// The record that it must be of.
        expected: &'static str,
        /// The short name of this error.
        code: &'static str,
    },
    /// The schema is no schema that can be read: recursive, too large, or not valid.
    #[error("schema {schema_id} cannot be read: {reason}")]
    UnusableSchema {
        /// The schema's id.
        schema_id: u32,
        /// Why.
        reason: String,
    },
    /// A field of the event was written with a type that its meaning does not allow.
    #[error("field {field} is {found} and must be {expected}")]
    WrongType {
        /// The field.
        field: String,
        /// What it must be.
        expected: &'static str,
        /// What the writer's schema says it is.
        found: &'static str,
    },
    /// Bytes that are not the encoding of what the schema says stands there.
    #[error("field {field} is damaged: {problem}")]
    Malformed {
        /// The field.
        field: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// The payload unfolds to far more than its size.
    #[error("field {field} takes the event over the limit of {limit} {what}")]
    TooComplex {
        /// Where the limit was passed.
        field: String,
        /// The limit.
        limit: usize,
        /// Of what.
        what: &'static str,
    },
}

impl DecodeError {
    pub(super) fn other_record<R: Record>(schema_id: u32, found: String) -> Self {
        Self::OtherRecord {
            schema_id,
            found,
            expected: R::NAME,
            code: R::OTHER_RECORD_CODE,
        }
    }

    /// A short name that never changes, for quarantine, metrics and reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::WrongMagic(_) => "wrong-magic",
            Self::TooLarge(_) => "too-large",
            Self::Truncated { .. } => "truncated",
            Self::TrailingBytes(_) => "trailing-bytes",
            Self::UnknownSchema(_) => "unknown-schema",
            Self::OtherRecord { code, .. } => code,
            Self::UnusableSchema { .. } => "unusable-schema",
            Self::WrongType { .. } => "wrong-type",
            Self::Malformed { .. } => "malformed",
            Self::TooComplex { .. } => "too-complex",
        }
    }

    /// The field that is to blame, where it is one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Truncated { field }
            | Self::WrongType { field, .. }
            | Self::Malformed { field, .. }
            | Self::TooComplex { field, .. } => Some(field),
            _ => None,
        }
    }

    /// Always the data's.
    pub fn fault(&self) -> Fault {
        Fault::Data
    }
}

impl From<FrameError> for DecodeError {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::Empty => Self::Empty,
            FrameError::WrongMagic(byte) => Self::WrongMagic(byte),
            FrameError::Truncated(_) => Self::Truncated {
                field: "the schema id".to_owned(),
            },
        }
    }
}

/// A payload that was not decoded: because of itself, or because the registry is away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeFailure {
    /// To be quarantined.
    #[error(transparent)]
    Data(#[from] DecodeError),
    /// To be tried again.
    #[error(transparent)]
    Infrastructure(RegistryError),
}

impl DecodeFailure {
    /// Whom to blame.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Data(error) => error.fault(),
            Self::Infrastructure(error) => error.fault(),
        }
    }
}

impl From<RegistryError> for DecodeFailure {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::UnknownSchema(id) => Self::Data(DecodeError::UnknownSchema(id)),
            other => Self::Infrastructure(other),
        }
    }
}
