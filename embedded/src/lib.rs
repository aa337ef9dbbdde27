//! Private PostgreSQL, Kafka and schema registry for a machine that has none.
//!
//! Everything a set of services owns stands in one folder, its [`Home`]: ports, passwords, logs and data, kept from
//! run to run. [`Services::start`] brings up what is [`Wanted`] and returns when each service answers; what it
//! promises:
//!
//! - *Ready* means that our own child answers, not that somebody does on that port.
//! - The services end with the process that started them, whatever ends it, `kill -9` included.
//! - One process a folder: a second one is told who holds it.
//! - They listen on loopback only, and PostgreSQL asks for a random password.
//!
//! Tests of other crates call [`for_tests`]; tests of faults start their own by [`own_for_tests`].

#![allow(clippy::doc_markdown, reason = "PostgreSQL is a name, not code")]

mod account;
mod addresses;
mod diagnosis;
mod error;
mod faults;
mod hexadecimal;
mod home;
mod jars;
mod java;
mod kafka;
mod launch;
mod listener;
mod lock;
mod log;
mod machine;
mod marker;
mod outside;
mod part;
mod password;
mod pause;
mod pidfile;
mod port;
mod postgres;
mod private;
mod process;
mod process_table;
mod random;
mod readiness;
mod registry;
mod scratch;
mod service;
mod services;
mod spawner;
mod wanted;

pub use addresses::Addresses;
pub use diagnosis::{Diagnosis, diagnose, forsaken_data};
pub use error::Error;
pub use home::Home;
pub use jars::{Jars, fetch_jars};
pub use java::find as find_java;
pub use kafka::{Kafka, KafkaTls};
pub use listener::owns_listener;
pub use machine::Machine;
pub use postgres::Postgres;
pub use private::{read_or_create_private, write_private};
pub use process_table::is_running;
pub use random::random_hex;
pub use registry::Registry;
pub use scratch::{for_tests, own_for_tests};
pub use service::Service;
pub use services::{Durability, Options, Services};
pub use wanted::Wanted;
