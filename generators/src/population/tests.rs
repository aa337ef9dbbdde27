//! What must hold of people.

#![allow(
    clippy::print_stdout,
    reason = "statistics are printed beside their limits"
)]

mod distributions;
mod people;
mod statistics;
mod tables;
