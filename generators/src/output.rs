//! Files that stand under their name only when they are complete.

mod chunk;
mod error;
mod flusher;
mod growing_file;
mod rows;
mod size;
mod space;
mod staging;
mod unfinished_file;

use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use error::failed;
use flusher::Inbox;
use unfinished_file::UnfinishedFile;

pub(crate) use chunk::Chunk;
pub use error::OutputError;
pub(crate) use growing_file::GrowingFile;
pub(crate) use rows::{Rows, write_editions, write_rows};
pub use size::Size;
pub(crate) use space::check_space;
pub(crate) use staging::Staging;

/// How files are written.
#[derive(Debug, Clone)]
pub struct Writing {
    /// Threads that make rows.
    pub threads: usize,
    /// Whether files are compressed.
    pub compression: Compression,
    /// Ends the work between two chunks.
    pub shutdown: CancellationToken,
    /// Who flushes finished files; without it each is waited for.
    flusher: Option<Inbox>,
}

impl Writing {
    /// Writing of files that each stand for themselves.
    pub fn new(threads: usize, compression: Compression, shutdown: CancellationToken) -> Self {
        Self {
            threads,
            compression,
            shutdown,
            flusher: None,
        }
    }
}

/// How files are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Compression {
    /// Not at all
    None,
    /// Zstandard; `.zst` is added to the name
    Zstd,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The name, relative to the folder of the output, without `.zst`.
    pub name: String,
    /// Rows, the header not counted.
    pub rows: u64,
    /// Bytes before compression.
    pub bytes: u64,
    /// SHA-256 of these bytes, in hexadecimal.
    pub sha256: String,
}

/// Writes a small file whose text is there already, with so many rows.
pub(crate) fn write_whole(
    writing: &Writing,
    (folder, name): (&Path, &str),
    (text, rows): (Vec<u8>, u64),
) -> Result<Written, OutputError> {
    let mut file = UnfinishedFile::create(writing, folder, name)?;
    let mut chunk = Chunk {
        plain: text,
        rows,
        ..Chunk::default()
    };
    chunk.pack(writing.compression);
    file.append(&chunk, writing)?;
    file.finish(writing)
}

/// Writes a small JSON file, which is never compressed.
pub(crate) fn write_json(
    writing: &Writing,
    (folder, name): (&Path, &str),
    value: &impl Serialize,
) -> Result<Written, OutputError> {
    let plainly = Writing {
        compression: Compression::None,
        ..writing.clone()
    };
    let text = serde_json::to_vec_pretty(value).map_err(io::Error::from);
    let mut text = text.map_err(failed("write", &folder.join(name)))?;
    text.push(b'\n');
    write_whole(&plainly, (folder, name), (text, 0))
}

/// Makes a folder, and those above it.
pub(crate) fn make_folder(folder: &Path) -> Result<(), OutputError> {
    fs::create_dir_all(folder).map_err(failed("make the folder", folder))
}

/// A folder, whose name is empty where it is the current one.
fn or_current(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    }
}
