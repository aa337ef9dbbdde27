//! Verify and digest on a small warehouse whose gold was worked out by hand.

#![allow(
    clippy::unwrap_used,
    reason = "a test may panic, and so may what it calls"
)]

pub(crate) mod column;
mod copy_text;
mod digest;
mod fault;
mod fault_of_census;
mod fault_of_erasure;
mod fault_of_extracts;
mod fault_of_network;
mod fault_of_people;
mod fault_of_rows;
mod fault_of_schema;
mod fault_of_versions;
mod histories;
#[allow(dead_code, reason = "the tests of domain use more of it")]
mod history_of_domain;
mod planted;
mod trace;
pub(crate) mod warehouse;
