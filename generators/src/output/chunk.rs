//! A part of a file, as it is handed from the thread that makes it to the one that writes it.

use std::io;

use super::Compression;
use crate::fault::Fault;

/// Level of zstd: its default, at which it is about as fast as a disk.
const ZSTD_LEVEL: i32 = 3;

/// A part of a file.
#[derive(Default)]
pub(crate) struct Chunk {
    pub(super) plain: Vec<u8>,
    pub(super) packed: Vec<u8>,
    pub(super) rows: u64,
    /// What is wrong on purpose, by the row's place among the chunk's, from 0.
    pub(super) faults: Vec<(u64, Fault)>,
    pub(super) failure: Option<io::Error>,
}

/// Shows no row: they are identity.
impl std::fmt::Debug for Chunk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Chunk({} rows)", self.rows)
    }
}

impl Chunk {
    /// Adds the row that is appended to the text, and what is wrong with it on purpose.
    pub(crate) fn row(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Option<Fault>) {
        if let Some(fault) = write(&mut self.plain) {
            self.faults.push((self.rows, fault));
        }
        self.rows += 1;
    }

    /// Begins anew, in the same memory.
    pub(super) fn clear(&mut self) {
        self.plain.clear();
        self.rows = 0;
        self.faults.clear();
    }

    pub(super) fn pack(&mut self, compression: Compression) {
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
    pub(super) fn bytes(&self, compression: Compression) -> &[u8] {
        match compression {
            Compression::None => &self.plain,
            Compression::Zstd => &self.packed,
        }
    }
}
