//! `hospital_patients.csv`.

use std::path::Path;

use crate::output::{self, Compression, OutputError, Rows, Size, Writing, Written};
use crate::registry::{Patient, Registry};

/// The file's name.
pub const NAME: &str = "hospital_patients.csv";

/// Rows that are made at once: about 350 kB.
const CHUNK_ROWS: u64 = 4_096;

/// Writes the patients as they are at the start, hospital by hospital in the order of the network file,
/// those of a hospital in the order of their numbers; tells `progress` of the bytes.
pub fn write(
    registry: &Registry<'_>,
    writing: &Writing,
    (folder, name): (&Path, &str),
    progress: impl FnMut(u64),
) -> Result<Written, OutputError> {
    output::write_rows(writing, (folder, name), &rows(registry), progress)
}

/// How large the file will be, by its first rows and with a hundredth to spare.
pub fn estimate(registry: &Registry<'_>, compression: Compression) -> Size {
    rows(registry).estimate(compression)
}

fn rows<'r>(registry: &'r Registry<'_>) -> Rows<'r, impl Fn(u64, &mut Vec<u8>) -> bool + Sync> {
    Rows {
        header: Patient::HEADER,
        count: registry.count(),
        in_chunk: CHUNK_ROWS,
        write: |row, out: &mut Vec<u8>| {
            registry.patient_of_row(row).write_csv(out);
            true
        },
    }
}
