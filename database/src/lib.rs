//! The warehouse: migrations, writers, differences, offsets, shards, verification.

pub mod archive;
pub mod bronze;
pub mod census;
mod connect;
pub mod digest;
pub mod erasure;
mod error;
pub mod fault;
pub mod file;
pub mod gauge;
pub mod initialise;
pub mod key;
pub mod letter;
pub mod load;
pub mod migrate;
pub mod offset;
pub mod rebuild;
pub mod reference;
pub mod refold;
pub mod report;
mod rows;
pub mod seed;
pub mod simulation;
pub mod status;
pub mod storm;
mod topic;
pub mod trace;
pub mod verify;
pub mod watch;

pub use connect::{connect, libpq_environment, need};
pub use error::DatabaseError;
pub use topic::Topic;
