//! What the producer promises, from outside.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod command;
mod dirty;
mod folder;
mod kafka;
mod killed;
mod mapping;
mod random;
mod real_extract;
mod refusal;
mod resuming;
mod rival;
mod statements;
mod tail;
mod topic;
mod whole;
