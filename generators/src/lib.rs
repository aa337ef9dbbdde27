//! Synthetic hospital events: the same seed, start and network give the same bytes on any machine.

pub mod command;
pub mod small_flow;

mod encounter;
mod patient;
mod random;
