//! The warehouse against a real PostgreSQL, started by `embedded`: one server a run, each test its
//! own database.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends where something unexpected happens"
)]

#[path = "load/mod.rs"]
mod load;
mod rebuild;
mod report;
#[path = "connect/tls.rs"]
mod tls;
mod verify;

// Certificates are those of the platform's own tests.
#[allow(dead_code, reason = "Kafka wants all in one file")]
#[path = "../../platform/tests/services/certificates.rs"]
mod certificates;
