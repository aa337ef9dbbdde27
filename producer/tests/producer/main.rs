//! What the producer promises, from outside.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod command;
mod folder;
mod kafka;
mod mapping;
mod real_extract;
mod refusal;
