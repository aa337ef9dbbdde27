//! One stay in a hospital, from bed to bed.

use super::agenda::Visit;
use super::pathway::{Plan, Traits};
use super::step::{Admission, Discharge, Place, Step, What};

/// A stay that goes on.
#[derive(Debug)]
pub(super) struct Encounter {
    /// Unique over the network.
    pub(super) key: u64,
    pub(super) hospital: usize,
    /// Unique with the hospital, from 1.
    pub(super) number: u64,
    pub(super) patient: u64,
    pub(super) traits: Traits,
    pub(super) admission: Admission,
    pub(super) place: Place,
    pub(super) visit: u32,
    pub(super) plan: Plan,
    /// When the present bed was reached.
    pub(super) in_bed_seconds: i64,
    /// Whether the next move to another bed of the department is in the agenda.
    pub(super) move_is_expected: bool,
    sequence: u32,
    /// What happened before the start: it is told at the start, where the stay still goes on.
    pub(super) untold: Vec<Step>,
}

impl Encounter {
    pub(super) fn new(
        (key, number): (u64, u64),
        hospital: usize,
        (patient, traits): (u64, Traits),
        admission: Admission,
        place: Place,
        plan: Plan,
    ) -> Self {
        Self {
            key,
            hospital,
            number,
            patient,
            traits,
            admission,
            place,
            visit: 0,
            plan,
            in_bed_seconds: admission.first_bed_seconds,
            move_is_expected: false,
            sequence: 0,
            untold: Vec::new(),
        }
    }

    /// The present visit to a department.
    pub(super) fn visit(&self) -> Visit {
        Visit {
            encounter: self.key,
            number: self.visit,
        }
    }

    /// The department, by its place in the network file.
    pub(super) fn department(&self) -> usize {
        usize::from(self.place.department)
    }

    /// The next step of the stay.
    pub(super) fn step(
        &mut self,
        at_seconds: i64,
        what: What,
        prior: Option<Place>,
        discharge: Option<Discharge>,
    ) -> Step {
        self.sequence += 1;
        Step {
            at_seconds,
            recorded_seconds: at_seconds.max(0),
            what,
            hospital: u16::try_from(self.hospital).unwrap_or(u16::MAX),
            encounter: self.number,
            patient: self.patient,
            sequence: self.sequence,
            place: self.place,
            prior,
            admission: self.admission,
            discharge,
        }
    }
}
