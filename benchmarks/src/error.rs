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
    #[error("{peer} did not load what ours did: {difference}")]
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
