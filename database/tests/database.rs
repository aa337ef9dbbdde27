//! The warehouse against a real PostgreSQL, started by `embedded`: one server a run, each test its
//! own database.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends where something unexpected happens"
)]

#[path = "load/mod.rs"]
mod load;
mod report;
mod verify;
