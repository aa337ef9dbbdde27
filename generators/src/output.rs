//! Files that stand under their name only when they are complete.

mod error;
mod growing_file;
mod space;
mod staging;
mod unfinished_file;

use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::fault::Fault;
use crate::parallel;
use error::failed;
use unfinished_file::UnfinishedFile;

pub use error::OutputError;
pub(crate) use growing_file::GrowingFile;
pub(crate) use space::check_space;
pub(crate) use staging::Staging;

/// Level of zstd: its default, at which it is about as fast as a disk.
const ZSTD_LEVEL: i32 = 3;

/// How files are written.
#[derive(Debug, Clone)]
pub struct Writing {
    /// Threads that make rows.
    pub threads: usize,
    /// Whether files are compressed.
    pub compression: Compression,
    /// Ends the work between two chunks.
    pub shutdown: CancellationToken,
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

/// The rows of a file.
pub(crate) struct Rows<'r, F> {
    /// First line, with its line feed.
    pub(crate) header: &'r str,
    /// How many there are.
    pub(crate) count: u64,
    /// How many are made at once; it shows in compressed files alone.
    pub(crate) in_chunk: u64,
    /// Appends the row of a number below the count, if it has one, and tells what it appended: a
    /// [`Row`], or whether there is one.
    pub(crate) write: F,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Row {
    /// There is none.
    Absent,
    /// It is as it should be.
    Clean,
    /// It is wrong on purpose.
    Faulty(Fault),
}

impl From<bool> for Row {
    fn from(is_there: bool) -> Self {
        if is_there { Self::Clean } else { Self::Absent }
    }
}

impl<R, F: Fn(u64, &mut Vec<u8>) -> R> Rows<'_, F> {
    /// How many bytes the file will have, by its first rows and with a hundredth to spare.
    pub(crate) fn estimate_bytes(&self, compression: Compression) -> u64 {
        let sample = self.count.min(self.in_chunk);
        let mut chunk = Chunk::default();
        for row in 0..sample {
            (self.write)(row, &mut chunk.plain);
        }
        chunk.pack(compression);
        let bytes = chunk.bytes(compression).len() as u64;
        let all = u128::from(bytes) * u128::from(self.count) / u128::from(sample.max(1));
        let all = u64::try_from(all).unwrap_or(u64::MAX);
        all.saturating_add(all / 100 + self.header.len() as u64)
    }
}

/// A part of a file.
#[derive(Default)]
struct Chunk {
    plain: Vec<u8>,
    packed: Vec<u8>,
    rows: u64,
    /// What is wrong on purpose, by the row's place among the chunk's, from 0.
    faults: Vec<(u64, Fault)>,
    failure: Option<io::Error>,
}

/// Shows no row: they are identity.
impl std::fmt::Debug for Chunk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Chunk({} rows)", self.rows)
    }
}

/// Writes a file of rows, and tells `progress` of each chunk's bytes.
pub(crate) fn write_rows(
    writing: &Writing,
    (folder, name): (&Path, &str),
    rows: &Rows<'_, impl Fn(u64, &mut Vec<u8>) -> bool + Sync>,
    progress: impl FnMut(u64),
) -> Result<Written, OutputError> {
    write_dirty_rows(writing, (folder, name), rows, |_, _| Ok(()), progress)
}

/// The same, and tells `truth` of each fault, with its line, in order. Threads make chunks of rows; how
/// many rows are before a chunk is known when it is taken.
pub(crate) fn write_dirty_rows<R: Into<Row>>(
    writing: &Writing,
    (folder, name): (&Path, &str),
    rows: &Rows<'_, impl Fn(u64, &mut Vec<u8>) -> R + Sync>,
    mut truth: impl FnMut(u64, Fault) -> Result<(), OutputError>,
    mut progress: impl FnMut(u64),
) -> Result<Written, OutputError> {
    let mut file = UnfinishedFile::create(writing, folder, name)?;
    let chunks = rows.count.div_ceil(rows.in_chunk).max(1);
    let make = |number: u64, chunk: &mut Chunk| {
        chunk.plain.clear();
        chunk.rows = 0;
        chunk.faults.clear();
        if number == 0 {
            chunk.plain.extend_from_slice(rows.header.as_bytes());
        }
        let first = number * rows.in_chunk;
        for row in first..(first + rows.in_chunk).min(rows.count) {
            let written = (rows.write)(row, &mut chunk.plain);
            chunk.add(written.into());
        }
        chunk.pack(writing.compression);
    };
    parallel::in_order(writing.threads, chunks, make, |chunk| {
        // The header is line 1.
        let first_line = file.rows() + 2;
        for (place, fault) in &chunk.faults {
            truth(first_line + place, *fault)?;
        }
        file.append(chunk, writing)?;
        progress(chunk.plain.len() as u64);
        Ok(())
    })?;
    file.finish()
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
    file.finish()
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

impl Chunk {
    fn add(&mut self, row: Row) {
        if let Row::Faulty(fault) = row {
            self.faults.push((self.rows, fault));
        }
        self.rows += u64::from(row != Row::Absent);
    }

    fn pack(&mut self, compression: Compression) {
        if compression == Compression::None {
            return;
        }
        // One frame a chunk: frames that follow each other are one file (RFC 8878, section 3).
        match zstd::bulk::compress(&self.plain, ZSTD_LEVEL) {
            Ok(packed) => self.packed = packed,
            Err(error) => self.failure = Some(error),
        }
    }

    /// What goes into the file.
    fn bytes(&self, compression: Compression) -> &[u8] {
        match compression {
            Compression::None => &self.plain,
            Compression::Zstd => &self.packed,
        }
    }
}
