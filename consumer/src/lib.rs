//! Reads hospital events from Kafka, cleans them and keeps the warehouse, exactly once.
//!
//! There are four topics: events of patients, those of them that are sent again after a rule refused
//! them, and statements about staff and about departments. For each, one thread polls Kafka and hands
//! the records of each partition to the lane that owns it; a lane decodes and cleans, closes a batch by
//! rows, bytes or time, and writes it by [`database::load`] in one transaction that also moves the
//! partitions' offsets. What Kafka itself keeps as committed offsets is for lag tools only.
//!
//! A record that cannot be used is quarantined, published as a dead letter, and never stops the line; where one rule
//! refuses more than a fifth of a partition, that one stands still until somebody lets it on. A database, broker or
//! registry that is away is tried again until it is back; meanwhile lanes fill up to their bound and their partitions
//! pause, and nothing is dropped.

mod batch;
mod bisection;
mod bulk;
mod census;
pub mod command;
mod decode;
mod error;
mod held;
mod lag;
mod lane;
mod letters;
mod limits;
mod link;
mod log;
mod metrics;
mod orphan;
mod position;
mod record;
mod relay;
mod resume;
mod run;
mod source;
mod standing;
mod target;
mod topic;
mod upkeep;
mod warehouse;
mod weather;

pub use bulk::bulk_load;
pub use error::ConsumerError;
pub use limits::Limits;
pub use run::{Settings, Summary, Until, run, run_telling};
pub use target::loaded_to_end;
