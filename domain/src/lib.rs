//! Types and rules of a hospital's patient flow, pure: no I/O, no async, no wall clock.

pub mod age;
pub mod clean;
pub mod content;
pub mod department;
pub mod department_event;
pub mod digest;
pub mod dimension_key;
pub mod erased;
pub mod event;
pub mod event_id;
pub mod extract;
pub mod history;
pub mod id_number;
pub mod network;
pub mod occupancy;
pub mod pseudonym;
pub mod record;
pub mod rule;
pub mod shape;
pub mod shard;
pub mod staff;
pub mod staff_event;
pub mod statement;
