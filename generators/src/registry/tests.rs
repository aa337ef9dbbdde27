//! What must hold of patients.

mod tables;
