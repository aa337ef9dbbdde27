//! Files that stand under their name only when they are complete.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use domain::digest::hexadecimal;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use crate::parallel;

/// Bytes below which free space does not count: the disk must not be full to the brim.
const SPARE_BYTES: u64 = 64 << 20;

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

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The operating system refuses.
    #[error("cannot {action} {}: {source}{}", .path.display(), remedy(.source))]
    File {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// There is too little space for what would be written.
    #[error(
        "{} has {} MB free, and {} MB are needed: free some, name another folder, write less (--count, \
         --scale quick) or compress (--compress zstd)",
        .path.display(), .free_bytes / 1_000_000, .needed_bytes.div_ceil(1_000_000)
    )]
    Space {
        /// The folder.
        path: PathBuf,
        /// What the file system has.
        free_bytes: u64,
        /// What is needed.
        needed_bytes: u64,
    },
    /// The process was asked to end.
    #[error("interrupted; {} was not finished and is removed", .path.display())]
    Interrupted {
        /// The file.
        path: PathBuf,
    },
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; free some space or name another folder, and run it again"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; name a folder that you may write to"
        }
        io::ErrorKind::NotFound => "; make the folder, or name another one",
        _ => "",
    }
}

/// The rows of a file.
pub(crate) struct Rows<'r, F> {
    /// First line, with its line feed.
    pub(crate) header: &'r str,
    /// How many there are.
    pub(crate) count: u64,
    /// How many are made at once; it shows in compressed files alone.
    pub(crate) in_chunk: u64,
    /// Appends the row of a number below the count, if it has one, and tells whether it has.
    pub(crate) write: F,
}

/// A part of a file.
#[derive(Default)]
struct Chunk {
    plain: Vec<u8>,
    packed: Vec<u8>,
    rows: u64,
    failure: Option<io::Error>,
}

/// Writes a file of rows, and tells `progress` of each chunk's rows.
pub(crate) fn write_rows(
    writing: &Writing,
    (folder, name): (&Path, &str),
    rows: &Rows<'_, impl Fn(u64, &mut Vec<u8>) -> bool + Sync>,
    mut progress: impl FnMut(u64),
) -> Result<Written, OutputError> {
    let mut file = UnfinishedFile::create(writing, folder, name)?;
    let chunks = rows.count.div_ceil(rows.in_chunk).max(1);
    let make = |number: u64, chunk: &mut Chunk| {
        chunk.plain.clear();
        chunk.rows = 0;
        if number == 0 {
            chunk.plain.extend_from_slice(rows.header.as_bytes());
        }
        let first = number * rows.in_chunk;
        for row in first..(first + rows.in_chunk).min(rows.count) {
            chunk.rows += u64::from((rows.write)(row, &mut chunk.plain));
        }
        chunk.pack(writing.compression);
    };
    parallel::in_order(writing.threads, chunks, make, |chunk| {
        file.append(chunk, writing)?;
        progress(chunk.rows);
        Ok(())
    })?;
    file.finish()
}

/// Writes a small file that is there already.
pub(crate) fn write_whole(
    writing: &Writing,
    (folder, name): (&Path, &str),
    text: &str,
) -> Result<Written, OutputError> {
    let uncompressed = Writing {
        compression: Compression::None,
        ..writing.clone()
    };
    let mut file = UnfinishedFile::create(&uncompressed, folder, name)?;
    let chunk = Chunk {
        plain: text.as_bytes().to_vec(),
        ..Chunk::default()
    };
    file.append(&chunk, &uncompressed)?;
    file.finish()
}

/// Refuses where the file system of a folder has less than what is needed.
pub(crate) fn check_space(folder: &Path, needed_bytes: u64) -> Result<(), OutputError> {
    let found = rustix::fs::statvfs(folder).map_err(|error| OutputError::File {
        action: "find the free space of",
        path: folder.to_owned(),
        source: error.into(),
    })?;
    let free_bytes = found.f_bavail.saturating_mul(found.f_frsize);
    if free_bytes < needed_bytes.saturating_add(SPARE_BYTES) {
        return Err(OutputError::Space {
            path: folder.to_owned(),
            free_bytes,
            needed_bytes: needed_bytes.saturating_add(SPARE_BYTES),
        });
    }
    Ok(())
}

/// Makes a folder, and those above it.
pub(crate) fn make_folder(folder: &Path) -> Result<(), OutputError> {
    fs::create_dir_all(folder).map_err(|source| OutputError::File {
        action: "make the folder",
        path: folder.to_owned(),
        source,
    })
}

impl Chunk {
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
}

/// A file under a name of its own, which is removed where it is not finished.
struct UnfinishedFile {
    file: File,
    partial: PathBuf,
    path: PathBuf,
    name: String,
    hasher: Sha256,
    rows: u64,
    bytes: u64,
    is_finished: bool,
}

impl UnfinishedFile {
    fn create(writing: &Writing, folder: &Path, name: &str) -> Result<Self, OutputError> {
        let mut path = folder.join(name).into_os_string();
        if writing.compression == Compression::Zstd {
            path.push(".zst");
        }
        let mut partial: OsString = path.clone();
        partial.push(".partial");
        let (partial, path) = (PathBuf::from(partial), PathBuf::from(path));
        if path.is_dir() {
            return Err(failed("write", &path)(io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self {
            file: File::create(&partial).map_err(failed("create", &partial))?,
            partial,
            path,
            name: name.to_owned(),
            hasher: Sha256::new(),
            rows: 0,
            bytes: 0,
            is_finished: false,
        })
    }

    fn append(&mut self, chunk: &Chunk, writing: &Writing) -> Result<(), OutputError> {
        if writing.shutdown.is_cancelled() {
            let path = self.path.clone();
            return Err(OutputError::Interrupted { path });
        }
        if let Some(failure) = &chunk.failure {
            return Err(failed("compress", &self.path)(failure.kind().into()));
        }
        self.hasher.update(&chunk.plain);
        self.bytes += chunk.plain.len() as u64;
        self.rows += chunk.rows;
        let bytes = match writing.compression {
            Compression::None => &chunk.plain,
            Compression::Zstd => &chunk.packed,
        };
        self.file
            .write_all(bytes)
            .map_err(failed("write", &self.path))
    }

    /// Gives the file its name, once it is on the disk.
    fn finish(mut self) -> Result<Written, OutputError> {
        self.file.sync_all().map_err(failed("write", &self.path))?;
        fs::rename(&self.partial, &self.path).map_err(failed("name", &self.path))?;
        self.is_finished = true;
        Ok(Written {
            name: std::mem::take(&mut self.name),
            rows: self.rows,
            bytes: self.bytes,
            sha256: hexadecimal(&self.hasher.finalize_reset()),
        })
    }
}

impl Drop for UnfinishedFile {
    fn drop(&mut self) {
        if !self.is_finished {
            // Its name says what it is, where even that fails.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OutputError {
    let path = path.to_owned();
    move |source| OutputError::File {
        action,
        path,
        source,
    }
}
