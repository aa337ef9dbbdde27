//! Whole numbers as floating-point numbers, and back.

/// A whole number, which is below 2^53 wherever this is used.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
pub(crate) fn float(number: u64) -> f64 {
    number as f64
}

/// The whole part of a number; 0 where it is negative, and the largest where it does not fit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float saturates"
)]
pub(crate) fn floor(number: f64) -> u64 {
    number as u64
}
