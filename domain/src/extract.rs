//! What files state: the hospitals' daily extracts, and what their network sends for all of them. Each
//! kind of file is described by data.
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
mod record;
pub mod snapshot;
mod staff;

pub use encounter::{EncounterExtract, EncounterLine};
pub use kind::{Column, Form, Kind, Meaning, Sender};
pub use kinds::{
    ALL, ASSIGNED_STAFF, CHARGES, DEPARTMENTS, DIAGNOSES, ENCOUNTERS, HOSPITAL_PATIENTS,
    MEDICATIONS, PATIENTS, PEOPLE, PROCEDURES, STAFF, sent_by,
};
pub(crate) use layout::NO_COLUMN;
pub use layout::{Layout, LayoutError};
pub use line::{ClinicalLine, Extract, Line, Value};
pub use patient::{PatientLine, PatientSnapshot, RegisteredPatient};
pub use record::{RecordLine, Subject};
pub use staff::{AssignmentLine, ListedStaff, StaffLine};
