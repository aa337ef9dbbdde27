//! `people.csv`.

use std::path::Path;

use crate::output::{self, Compression, OutputError, Rows, Size, Writing, Written};
use crate::population::{Person, Population};

/// The file's name.
pub const NAME: &str = "people.csv";

/// Rows that are made at once: about 700 kB.
const CHUNK_ROWS: u64 = 4_096;

/// Writes the people of a population, in the order of their rows; tells `progress` of the bytes.
pub fn write(
    population: &Population,
    writing: &Writing,
    (folder, name): (&Path, &str),
    progress: impl FnMut(u64),
) -> Result<Written, OutputError> {
    output::write_rows(writing, (folder, name), &rows(population), progress)
}

/// How large the file will be, by its first rows and with a hundredth to spare.
pub fn estimate(population: &Population, compression: Compression) -> Size {
    rows(population).estimate(compression)
}

fn rows(population: &Population) -> Rows<'_, impl Fn(u64, &mut Vec<u8>) -> bool + Sync> {
    Rows {
        header: Person::HEADER,
        count: population.count(),
        in_chunk: CHUNK_ROWS,
        write: |row, out: &mut Vec<u8>| {
            population.person(row).write_csv(out);
            true
        },
    }
}
