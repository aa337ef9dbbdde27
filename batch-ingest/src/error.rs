use std::io;
use std::path::Path;

use database::DatabaseError;
use database::archive::{self, FolderError};

/// Why the ingester stopped, or has to try again. A bad file is none of these: it is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The warehouse.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A folder of this installation.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Another process works on the same warehouse, or with the same archive folder.
    #[error(
        "another batch-ingest is working on this warehouse, or with this archive folder: wait for its \
         end, or stop it; one at a time takes files"
    )]
    Busy,
    /// A file that was taken has no copy in the archive any more.
    #[error(
        "{path} in the archive is missing or damaged, and the file is not loaded to its end: put the \
         hospital's file with SHA-256 {sha256} into its folder of the landing folder again"
    )]
    Archive {
        /// Below the archive folder.
        path: String,
        /// Of the uncompressed file.
        sha256: String,
    },
    /// A signal to end came while a file was read.
    #[error("interrupted")]
    Interrupted,
    /// A part of the program ended.
    #[error("a part of the ingester ended unexpectedly: {0}")]
    Ended(String),
}

impl IngestError {
    /// Whether the same call may succeed later without anybody changing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Database(error) => error.is_transient(),
            _ => false,
        }
    }

    /// Whether a later round may succeed, once somebody has made room or mended a folder.
    pub(crate) fn is_of_a_folder(&self) -> bool {
        matches!(self, Self::Folder(_))
    }
}

/// An error of a folder or file of this installation.
pub(crate) fn failed<'p>(
    doing: &'static str,
    path: &'p Path,
) -> impl FnOnce(io::Error) -> IngestError + 'p {
    move |source| archive::failed(doing, path)(source).into()
}
