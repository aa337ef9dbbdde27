//! What a registry may answer instead.

use std::error::Error;

use schema_registry_converter::error::SRCError;
use schema_registry_converter::schema_registry_common::RawError;

use crate::fault::Fault;

/// A call to the registry that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// The registry is there and does not know the id: HTTP 404 with error code 40403, nothing
    /// else. (A registry whose own database restarts answers 500 for half a minute.)
    #[error(
        "the registry knows no schema {0}: the record was not written by a producer of this \
         registry"
    )]
    UnknownSchema(u32),
    /// No answer, not in time, or not one of a registry.
    #[error("the schema registry at {url} cannot {what} now: {reason}")]
    Unavailable {
        /// The registry.
        url: String,
        /// What was asked.
        what: String,
        /// What came instead.
        reason: String,
    },
    /// The registry refuses a registration: the schema is incompatible with a version that is
    /// there, or is no schema.
    #[error(
        "the registry refuses the schema under subject {subject}: {reason}; \
         a new version may only add or drop optional fields (union with null, default null)"
    )]
    Refused {
        /// The subject.
        subject: String,
        /// The registry's reason.
        reason: String,
    },
    /// Its certificate is not to be trusted.
    #[error(
        "the certificate of the schema registry at {url} is refused: {reason}; it is to be made for this \
         host, by an authority of the system's or of the file that SSL_CERT_FILE names"
    )]
    Certificate {
        /// The registry.
        url: String,
        /// Why.
        reason: String,
    },
    /// The address cannot be used.
    #[error(
        "the schema registry's address{}{url} cannot be used: {reason}; SCHEMA_REGISTRY_URL is \
         for example http://localhost:8080/apis/ccompat/v7",
        if url.is_empty() { "" } else { " " }
    )]
    Address {
        /// The address without a password; empty where it is no URL at all.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl RegistryError {
    /// Whom to blame.
    pub fn fault(&self) -> Fault {
        match self {
            Self::UnknownSchema(_) => Fault::Data,
            Self::Unavailable { .. } => Fault::Infrastructure,
            Self::Refused { .. } | Self::Certificate { .. } | Self::Address { .. } => {
                Fault::Configuration
            }
        }
    }

    /// The converter tells the status in its text alone, but keeps the registry's own answer as
    /// the source: 409 is an incompatible schema, 422xx an invalid one.
    pub(super) fn of_registration(url: &str, subject: &str, error: &SRCError) -> Self {
        let what = format!("register a schema under {subject}");
        let answer = error
            .source()
            .and_then(|source| source.downcast_ref::<RawError>());
        match answer {
            Some(RawError {
                error_code: 409 | 42200..=42299,
                message,
                ..
            }) => Self::Refused {
                subject: subject.to_owned(),
                reason: message.clone(),
            },
            Some(answer) => Self::Unavailable {
                url: url.to_owned(),
                what,
                reason: format!("{}, error code {}", error.error, answer.error_code),
            },
            None => match error.source() {
                Some(source) => Self::of_connection(url, &what, source),
                None => Self::Unavailable {
                    url: url.to_owned(),
                    what,
                    reason: error.error.clone(),
                },
            },
        }
    }

    /// Why there is no answer at all.
    pub(super) fn of_connection(url: &str, what: &str, error: &(dyn Error + 'static)) -> Self {
        let (url, reason) = (url.to_owned(), innermost(error));
        if reason.contains("certificate verify failed") {
            return Self::Certificate { url, reason };
        }
        Self::Unavailable {
            url,
            what: what.to_owned(),
            reason,
        }
    }
}

/// The reason at the bottom: "connection refused" says more than "error sending request".
pub(super) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut reason = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}
