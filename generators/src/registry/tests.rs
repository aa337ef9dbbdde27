//! What must hold of patients.

#![allow(
    clippy::print_stdout,
    reason = "statistics are printed beside their limits"
)]

mod patients;
mod tables;
