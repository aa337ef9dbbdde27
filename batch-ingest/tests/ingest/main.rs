//! The ingester against a real PostgreSQL, started by `embedded`: one server a run, each test its own
//! database, landing folder and archive.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends where something unexpected happens"
)]

mod arrival;
mod books;
mod clinical;
mod command;
mod contents;
mod data;
mod dirty;
mod disk;
mod erasure;
mod erasure_of_people;
mod exposure;
mod fault_of_file;
mod fault_of_manifest;
mod interference;
mod killed;
mod landing;
mod network;
mod order;
mod people;
mod place;
mod process;
mod staff;
mod stream;
mod unknown_patient;
mod withdrawal;

// The line that loses commits is that of the consumer's tests.
#[path = "../../../consumer/tests/consumer/line.rs"]
mod line;

// The database is that of the loader's own tests.
#[allow(dead_code, reason = "the loader's own tests draw other things too")]
#[path = "../../../database/tests/load/random.rs"]
mod random;
#[allow(dead_code, reason = "the loader's own tests log in as other roles too")]
#[path = "../../../database/tests/load/warehouse.rs"]
mod warehouse;
