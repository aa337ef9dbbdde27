//! Turns the patient flow, or a real extract, into events on Kafka.
//!
//! Delivery: an event counts as sent when all in-sync replicas have it; a producer that is killed
//! and started again sends the same events with the same ids, and readers know them by these.

pub mod address;
pub mod command;
pub mod destination;
pub mod mimic;
pub mod progress;
pub mod replay;
pub mod run_name;
pub mod sender;
pub mod simulated;
pub mod speed;
pub mod transmission;
