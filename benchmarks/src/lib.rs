//! Performance figures, each beside a limit (what the machine can do at all) or a peer (another
//! program that does the same), measured in one call of a command.
//!
//! Machines differ by a factor of two from hour to hour, so that a figure alone says little: what is
//! compared runs in turn, and the ratio of each pair counts. Each benchmark has a file of its own.

pub mod batch;
pub mod command;
pub mod comparison;
pub mod consume;
pub mod decode;
pub mod ehr;
/// What keeps a benchmark from its figures.
pub mod error;
pub mod events;
pub mod growth;
pub mod history;
pub mod late;
pub mod latency;
pub mod machine;
pub mod memory;
pub mod nine_days;
pub mod peers;
pub mod people;
pub mod process;
pub mod produce;

mod disk;
mod flow;
mod median;
mod peer;
mod proc;
mod processor;
mod reader;
mod scattered;
mod server;
mod steps;
mod table;
mod warehouse;
