//! The way of files into the warehouse, exactly once.
//!
//! A file is a partition and a line its offset. [`FileLoader::open`] takes a file: one transaction
//! writes its row of `bronze.file`, its progress, and the lines that are quarantined or repeat each
//! other. Then chunks of one shard follow in ascending order, each one transaction that moves the
//! progress by compare-and-swap and writes silver, the vault and gold of its patients. A file that states
//! members of a dimension has no shards: its chunks lock the dimension. Stopped
//! anywhere, the file goes on behind the last chunk; a second loader finds the progress moved
//! ([`ChunkError::ProgressMoved`]) and writes nothing. A file of a sender and kind is loaded to its
//! end before the next is taken, so what it is compared with holds meanwhile.

mod chunk;
pub(crate) mod clinical;
mod department;
mod encounters;
mod ledger;
mod loader;
mod record;
mod snapshot;
mod staff;
pub(crate) mod statement;
mod vault;

pub use chunk::{Chunk, ChunkError, Content, LoadedChunk, Position, StatedPatient};
pub use ledger::{ErasedLine, Known, NewFile, QuarantinedLine, RefusedFile, TakenFile, Unfinished};
pub(crate) use ledger::{extract_of, kind_of};
pub use loader::FileLoader;
pub use snapshot::StateSince;
