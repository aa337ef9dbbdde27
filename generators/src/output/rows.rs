//! Files whose rows are made by several threads.

use std::path::Path;

use super::chunk::Chunk;
use super::unfinished_file::UnfinishedFile;
use super::{Compression, OutputError, Size, Writing, Written};
use crate::fault::Fault;
use crate::parallel;

/// The rows of a file, or of several files that are alike.
pub(crate) struct Rows<'r, F> {
    /// First line, with its line feed.
    pub(crate) header: &'r str,
    /// How many there are.
    pub(crate) count: u64,
    /// How many are made at once; it shows in compressed files alone.
    pub(crate) in_chunk: u64,
    /// Of one file: appends the row of a number below the count, and tells whether there is one. Of
    /// several: adds it to the chunk of each.
    pub(crate) write: F,
}

/// Writes a file of rows, and tells `progress` of each chunk's bytes.
pub(crate) fn write_rows(
    writing: &Writing,
    (folder, name): (&Path, &str),
    rows: &Rows<'_, impl Fn(u64, &mut Vec<u8>) -> bool + Sync>,
    progress: impl FnMut(u64),
) -> Result<Written, OutputError> {
    let mut file = UnfinishedFile::create(writing, folder, name)?;
    let files = std::slice::from_mut(&mut file);
    append(
        writing,
        files,
        &rows.of_one_file(),
        |_, _, _| Ok(()),
        progress,
    )?;
    file.finish(writing)
}

/// Writes a file into each of several folders, whose rows are made together; tells `truth` of each
/// fault, with the place of its folder and its line, in the order in which chunks are written.
pub(crate) fn write_editions<'f>(
    writing: &Writing,
    (folders, name): (impl Iterator<Item = &'f Path>, &str),
    rows: &Rows<'_, impl Fn(u64, &mut [Chunk]) + Sync>,
    truth: impl FnMut(usize, u64, Fault) -> Result<(), OutputError>,
    progress: impl FnMut(u64),
) -> Result<Vec<Written>, OutputError> {
    let files = folders.map(|folder| UnfinishedFile::create(writing, folder, name));
    let mut files: Vec<UnfinishedFile> = files.collect::<Result<_, _>>()?;
    append(writing, &mut files, rows, truth, progress)?;
    let finished = files.into_iter().map(|file| file.finish(writing));
    finished.collect()
}

/// Threads make chunks of rows; how many rows are before a chunk is known when it is taken.
fn append(
    writing: &Writing,
    files: &mut [UnfinishedFile],
    rows: &Rows<'_, impl Fn(u64, &mut [Chunk]) + Sync>,
    mut truth: impl FnMut(usize, u64, Fault) -> Result<(), OutputError>,
    mut progress: impl FnMut(u64),
) -> Result<(), OutputError> {
    let count = files.len();
    let make = |number: u64, chunks: &mut Vec<Chunk>| {
        chunks.resize_with(count, Chunk::default);
        rows.fill(number, chunks);
        for chunk in chunks {
            chunk.pack(writing.compression);
        }
    };
    let chunks = rows.count.div_ceil(rows.in_chunk).max(1);
    parallel::in_order(writing.threads, chunks, make, |chunks| {
        for (edition, (file, chunk)) in files.iter_mut().zip(chunks).enumerate() {
            // The header is line 1.
            let first_line = file.rows() + 2;
            for (place, fault) in &chunk.faults {
                truth(edition, first_line + place, *fault)?;
            }
            file.append(chunk, writing)?;
            progress(chunk.plain.len() as u64);
        }
        Ok(())
    })
}

impl<F: Fn(u64, &mut Vec<u8>) -> bool> Rows<'_, F> {
    fn of_one_file(&self) -> Rows<'_, impl Fn(u64, &mut [Chunk])> {
        Rows {
            header: self.header,
            count: self.count,
            in_chunk: self.in_chunk,
            write: |row, chunks: &mut [Chunk]| {
                for chunk in chunks {
                    chunk.rows += u64::from((self.write)(row, &mut chunk.plain));
                }
            },
        }
    }

    /// How large the file will be, by its first rows and with a hundredth to spare.
    pub(crate) fn estimate(&self, compression: Compression) -> Size {
        self.of_one_file().estimate_editions(1, compression)
    }
}

impl<F: Fn(u64, &mut [Chunk])> Rows<'_, F> {
    /// How large so many files will be, by their first rows and with a hundredth to spare.
    pub(crate) fn estimate_editions(&self, files: usize, compression: Compression) -> Size {
        let mut chunks = Vec::new();
        chunks.resize_with(files, Chunk::default);
        let sample = self.count.min(self.in_chunk);
        for row in 0..sample {
            (self.write)(row, &mut chunks);
        }
        let sizes = chunks.iter_mut().map(|chunk| {
            chunk.pack(compression);
            Size {
                plain_bytes: chunk.plain.len() as u64,
                disk_bytes: chunk.bytes(compression).len() as u64,
            }
        });
        let headers = (files * self.header.len()) as u64;
        let headers = Size {
            plain_bytes: headers,
            disk_bytes: headers,
        };
        let rows = sizes.sum::<Size>().times(self.count, sample);
        rows.times(101, 100) + headers
    }

    /// Makes the chunks of a number, one a file.
    fn fill(&self, number: u64, chunks: &mut [Chunk]) {
        for chunk in &mut *chunks {
            chunk.clear();
            if number == 0 {
                chunk.plain.extend_from_slice(self.header.as_bytes());
            }
        }
        let first = number * self.in_chunk;
        for row in first..(first + self.in_chunk).min(self.count) {
            (self.write)(row, chunks);
        }
    }
}
