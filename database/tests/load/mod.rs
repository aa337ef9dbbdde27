//! Loading exactly once, and the database that it rests on.

mod arbitrary;
mod census;
mod census_examples;
mod concurrency;
mod constraint;
mod erasure;
mod fence;
mod foundation;
// The consumer's tests take these in too, each with more of them than the other needs.
#[allow(dead_code, reason = "the consumer's tests leave records out")]
mod gold;
mod occupancy;
pub(crate) mod partition;
mod plan;
mod random;
mod reset;
pub(crate) mod statement;
pub(crate) mod ward_life;
#[allow(dead_code, reason = "the consumer's tests have servers of their own")]
pub(crate) mod warehouse;
