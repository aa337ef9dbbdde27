//! Verify and digest on a small warehouse whose gold was worked out by hand.

#![allow(
    clippy::unwrap_used,
    reason = "a test may panic, and so may what it calls"
)]

mod column;
mod copy_text;
mod digest;
mod fault;
mod planted;
mod warehouse;
