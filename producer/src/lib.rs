//! Turns the patient flow, or a real extract, into events on Kafka.
//!
//! Delivery: an event counts as sent when all in-sync replicas have it. A producer that is killed and
//! started again goes on where the topic ends ([`resumption`]): no event is missing, and at most what
//! was in flight is there twice, with the same id and bytes, by which readers know it. A replay of an
//! extract sends all again.

pub mod address;
pub mod command;
pub mod destination;
pub mod metrics;
pub mod mimic;
mod pacer;
pub mod progress;
pub mod replay;
pub mod resumption;
pub mod run_name;
pub mod sender;
pub mod simulated;
pub mod speed;
pub mod statements;
pub mod tail;
pub mod transmission;
