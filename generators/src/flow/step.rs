//! What the simulation of a flow yields: one step of one patient.

use super::bed::Bed;

/// Something that happens to a patient. All times are in seconds from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// When it happened.
    pub(crate) at_seconds: i64,
    /// When it was entered: at once, but for what happened before the start.
    pub(crate) recorded_seconds: i64,
    pub(crate) what: What,
    /// The hospital, by its place in the network file.
    pub(crate) hospital: u16,
    /// Number of the encounter at its hospital, from 1.
    pub(crate) encounter: u64,
    /// Number of the patient in the hospital's register.
    pub(crate) patient: u64,
    /// Number of the step in its encounter, from 1.
    pub(crate) sequence: u32,
    /// Where the patient is from now on; at the discharge, where the patient was.
    pub(crate) place: Place,
    /// Where the patient was, at a transfer or discharge.
    pub(crate) prior: Option<Place>,
    pub(crate) admission: Admission,
    pub(crate) discharge: Option<Discharge>,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A patient reaches the first bed.
    Admission,
    /// A patient reaches another bed.
    Transfer,
    /// The record of a patient in hospital changes.
    Update,
    /// A patient leaves the last bed.
    Discharge,
}

/// A bed of a hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    /// By its place in the network file.
    pub(crate) department: u16,
    pub(crate) bed: Bed,
}

impl Place {
    /// A bed of a department, by its place in the network file.
    pub(super) fn new(department: usize, bed: Bed) -> Self {
        Self {
            department: u16::try_from(department).unwrap_or(u16::MAX),
            bed,
        }
    }
}

/// How a patient came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Admission {
    /// When the desk wrote it down.
    pub(crate) admitted_seconds: i64,
    /// When the first bed was reached.
    pub(crate) first_bed_seconds: i64,
    /// Emergency, elective and so on.
    pub(crate) kind: &'static str,
    pub(crate) source: &'static str,
}

/// How a patient left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Discharge {
    /// When the desk wrote it down.
    pub(crate) discharged_seconds: i64,
    pub(crate) disposition: &'static str,
    pub(crate) died: bool,
}

impl Step {
    /// What happens.
    pub fn what(&self) -> What {
        self.what
    }

    /// When it happened, in seconds from the start; below 0 before it.
    pub fn at_seconds(&self) -> i64 {
        self.at_seconds
    }
}
