//! The command `generators`, as a user meets it.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod command;
mod people;
mod refusal;
mod small_disk;
mod trouble;
