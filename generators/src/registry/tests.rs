//! What must hold of patients.

mod patients;
mod tables;
