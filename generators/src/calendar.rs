//! Lengths of simulated time.

/// Seconds of a day. The flow counts days from the start by it, also where clocks change.
pub(crate) const DAY_SECONDS: i64 = 24 * 3600;
