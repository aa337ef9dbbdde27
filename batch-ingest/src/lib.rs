//! Takes the hospitals' daily extracts into the warehouse, exactly once.
//!
//! **Guarantee.** A file is a partition and a line its offset. A file is first read to its end, without
//! any lock: its SHA-256 and lines are compared with the manifest, every line is judged, a compressed
//! copy goes to the archive, and what is new is staged by shard; then it is either refused whole or
//! taken. A taken file is loaded in chunks of one shard, each one transaction that moves the file's
//! progress by compare-and-swap. Stopped anywhere, by whatever, it goes on from the archive's copy:
//! each line ends as loaded, duplicate or quarantined, once. What cannot be loaded is put aside and
//! told; the rest goes on.

mod ahead;
mod chunks;
pub mod command;
mod days;
mod delivery;
mod due;
mod error;
mod ingest;
mod manifest;
mod metrics;
mod patients;
mod progress;
mod reading;
mod round;
mod run;
mod source;
mod staging;
mod verdict;

pub use chunks::ChunkLimits;
pub use error::IngestError;
pub use progress::Summary;
pub use run::{
    BAD_LINES_MAX_DEFAULT_PERCENT, FILES_MIN_DEFAULT, INTERVAL_DEFAULT, Settings, once, run,
};
