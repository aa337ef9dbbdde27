//! Cleaning any event: what `domain::clean` lets through the warehouse can hold, and so can gold what
//! follows from it.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends where something unexpected happens"
)]

mod cleaning {
    mod arbitrary;
    mod constraint;
    mod lines;
    mod properties;
}
