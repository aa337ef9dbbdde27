//! A hospital at work: its departments, their beds, and who waits for one.

use std::collections::VecDeque;

use domain::network::{self, DepartmentKind, TimeZone};

use super::agenda::Caller;
use super::bed::Beds;

/// A hospital at work.
#[derive(Debug)]
pub(super) struct Hospital {
    pub(super) zone: TimeZone,
    /// In the order of the network file.
    pub(super) departments: Vec<Department>,
    encounters: u64,
}

/// A department at work.
#[derive(Debug)]
pub(super) struct Department {
    pub(super) kind: DepartmentKind,
    pub(super) beds: Beds,
    /// Encounters of other departments that cannot wait for long.
    pub(super) urgent: VecDeque<u64>,
    /// Those at the door.
    pub(super) door: VecDeque<Caller>,
}

impl Hospital {
    pub(super) fn new(hospital: &network::Hospital) -> Self {
        let departments = hospital.departments.iter().map(|it| Department {
            kind: it.kind,
            beds: Beds::new(it),
            urgent: VecDeque::new(),
            door: VecDeque::new(),
        });
        Self {
            zone: hospital.time_zone,
            departments: departments.collect(),
            encounters: 0,
        }
    }

    /// The number of the next encounter, from 1.
    pub(super) fn next_encounter(&mut self) -> u64 {
        self.encounters += 1;
        self.encounters
    }

    /// The department of a kind, other than one: where there are several, the one with most free beds.
    /// One without beds is none.
    pub(super) fn department(
        &self,
        kind: DepartmentKind,
        other_than: Option<usize>,
    ) -> Option<usize> {
        let departments = self.departments.iter().enumerate();
        let of_kind = departments
            .filter(|(place, it)| it.kind == kind && it.beds.exist() && Some(*place) != other_than);
        let most = of_kind.max_by_key(|(place, it)| (it.beds.free(), usize::MAX - place));
        most.map(|(place, _)| place)
    }
}

impl Department {
    /// Whether somebody at the door can have a bed at once.
    pub(super) fn is_open(&self) -> bool {
        self.beds.free() > 0 && self.urgent.is_empty() && self.door.is_empty()
    }
}
