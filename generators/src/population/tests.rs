//! What must hold of people.

mod tables;
