//! What must hold of people.

mod distributions;
mod people;
mod statistics;
mod tables;
