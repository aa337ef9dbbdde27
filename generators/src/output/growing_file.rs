//! A file whose rows become known one after the other.

use std::path::Path;

use super::unfinished_file::UnfinishedFile;
use super::{Chunk, OutputError, Writing, Written};

/// Bytes that are kept before they are written.
const CHUNK_BYTES: usize = 1 << 18;

/// A file of rows while it is written; it is removed where it is not finished.
#[derive(Debug)]
pub(crate) struct GrowingFile<'w> {
    writing: &'w Writing,
    file: UnfinishedFile,
    chunk: Chunk,
}

impl<'w> GrowingFile<'w> {
    /// Begins a file with its header.
    pub(crate) fn create(
        writing: &'w Writing,
        folder: &Path,
        name: &str,
        header: &str,
    ) -> Result<Self, OutputError> {
        Ok(Self {
            file: UnfinishedFile::create(writing, folder, name)?,
            writing,
            chunk: Chunk {
                plain: header.as_bytes().to_vec(),
                ..Chunk::default()
            },
        })
    }

    /// Adds a row, to which the line feed is added.
    pub(crate) fn row(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), OutputError> {
        write(&mut self.chunk.plain);
        self.chunk.plain.push(b'\n');
        self.chunk.rows += 1;
        if self.chunk.plain.len() >= CHUNK_BYTES {
            self.write_chunk()?;
        }
        Ok(())
    }

    /// Gives the file its name.
    pub(crate) fn finish(mut self) -> Result<Written, OutputError> {
        self.write_chunk()?;
        self.file.finish(self.writing)
    }

    fn write_chunk(&mut self) -> Result<(), OutputError> {
        self.chunk.pack(self.writing.compression);
        self.file.append(&self.chunk, self.writing)?;
        self.chunk.plain.clear();
        self.chunk.rows = 0;
        Ok(())
    }
}
