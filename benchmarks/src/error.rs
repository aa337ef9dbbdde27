use std::io;
use std::path::{Path, PathBuf};

use crate::process::ProcessError;

/// Why there is no figure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MeasureError {
    /// A program.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The private services.
    #[error(transparent)]
    Services(#[from] embedded::Error),
    /// The warehouse.
    #[error(transparent)]
    Database(#[from] database::DatabaseError),
    /// The network file.
    #[error(transparent)]
    Network(#[from] domain::network::NetworkError),
    /// The events of the simulated hospitals.
    #[error(transparent)]
    Scenario(#[from] generators::scenario::ScenarioError),
    /// The newest schema of events, which stands in `schemas/`.
    #[error("{who} cannot take the schema of events: {reason}; mend it in schemas/")]
    Schema {
        /// Who.
        who: &'static str,
        /// Why.
        reason: String,
    },
    /// The key of pseudonyms.
    #[error(transparent)]
    Key(#[from] domain::pseudonym::KeyError),
    /// Kafka, or a topic.
    #[error(transparent)]
    Kafka(#[from] platform::kafka::KafkaFailure),
    /// The schema registry.
    #[error(transparent)]
    Registry(#[from] platform::registry::RegistryError),
    /// An event of the flow with which something cannot be done that is measured.
    #[error(
        "{who} cannot take event {ordinal} of the flow: {reason}; events of the flow are without fault, so this is one of \
         the program's: look at that event by `generators events`"
    )]
    Event {
        /// Who.
        who: &'static str,
        /// Number of the event in the flow, from 0.
        ordinal: u64,
        /// Why.
        reason: String,
    },
    /// A file of the measuring.
    #[error("cannot {doing} {}: {source}", path.display())]
    File {
        /// What was being done with it.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A peer that did other work than ours: its figures say nothing.
    #[error("{peer} did other work than ours: {difference}")]
    Contents {
        /// Who.
        peer: String,
        /// What differs.
        difference: String,
    },
    /// A service that was asked for.
    #[error("{0} does not run")]
    Missing(&'static str),
}

impl MeasureError {
    /// For what somebody says of the schema of events.
    pub(crate) fn of_schema<E: std::fmt::Display>(who: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self::Schema {
            who,
            reason: error.to_string(),
        }
    }

    /// For what somebody says of an event of the flow.
    pub(crate) fn of_event<E: std::fmt::Display>(
        who: &'static str,
        ordinal: u64,
    ) -> impl FnOnce(E) -> Self {
        move |error| Self::Event {
            who,
            ordinal,
            reason: error.to_string(),
        }
    }

    /// For what the operating system says of a file.
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            doing,
            path,
            source,
        }
    }
}
