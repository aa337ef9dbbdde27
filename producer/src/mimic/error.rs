//! Why an extract cannot be read at all.

use std::io;
use std::path::PathBuf;

use super::refusal::Reason;

/// Why an extract cannot be read at all. Nothing is sent then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// The folder is not there.
    #[error("{} is not a folder; give the folder of the MIMIC-III extract with --dir", .dir.display())]
    NoFolder {
        /// The folder asked for.
        dir: PathBuf,
    },
    /// A file is not there.
    #[error(
        "{} is missing; the folder needs ADMISSIONS.csv, TRANSFERS.csv, PATIENTS.csv and SERVICES.csv, unpacked",
        .path.display()
    )]
    NoFile {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The header line is empty or is no CSV.
    #[error("{}:1: the header cannot be read: {reason}; is this the CSV file of MIMIC-III?", .path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// What is wrong with the line.
        reason: Reason,
    },
    /// The header lacks columns, or names one twice.
    #[error("{}:1: the header must name each of these columns once: {}; is this the CSV file of MIMIC-III?", .path.display(), .columns.join(", "))]
    Columns {
        /// The file.
        path: PathBuf,
        /// The columns that are not named, or named more than once.
        columns: Vec<&'static str>,
    },
    /// A line that is no row of a table.
    #[error("{}:{line}: the line is longer than {bytes_max} bytes; is this the CSV file of MIMIC-III?", .path.display())]
    LongLine {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// How long a line may be.
        bytes_max: u64,
    },
    /// The file ends within its last line.
    #[error("{}:{line}: the file ends within this line, so it is cut short; take a fresh copy (or end the last line with a line break, if it is whole)", .path.display())]
    CutShort {
        /// The file.
        path: PathBuf,
        /// The last line.
        line: u64,
    },
}
