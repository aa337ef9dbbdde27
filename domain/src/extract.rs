//! What the hospitals' daily extracts state: files of lines, each kind of which is described by data.
//!
//! A file is a partition and a line its offset. [`Kind`] describes the columns of one kind of file,
//! [`Layout`] says where a file has them, and [`crate::clean::LineReader`] turns a line into values by
//! the same record rules that judge events. Two kinds mean more than their values: `patients.csv` is
//! a full snapshot ([`snapshot`]), and `encounters.csv` tells of encounters what events tell, too
//! ([`EncounterExtract`]). `docs/history.md` says how both count.

mod encounter;
mod kind;
mod kinds;
mod layout;
mod line;
mod patient;
pub mod snapshot;

pub use encounter::{EncounterExtract, EncounterLine};
pub use kind::{Column, Form, Kind, Meaning};
pub use kinds::{ALL, CHARGES, DIAGNOSES, ENCOUNTERS, MEDICATIONS, PATIENTS, PROCEDURES};
pub use layout::{Layout, LayoutError};
pub use line::{ClinicalLine, Extract, Line, Value};
pub use patient::{PatientLine, PatientSnapshot, RegisteredPatient};
