//! The command `generators`, as a user meets it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test ends where something unexpected happens, and prints what it saw"
)]

mod all;
mod command;
mod dirty;
mod patients;
mod people;
mod plot;
mod refusal;
mod small_disk;
mod trouble;
