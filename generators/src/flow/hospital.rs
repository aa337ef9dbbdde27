//! A hospital at work: its departments, their beds, and who waits for one.

use std::collections::VecDeque;

use domain::network::{self, DepartmentKind};

use super::agenda::Caller;
use super::bed::Beds;

/// A hospital at work.
#[derive(Debug)]
pub(super) struct Hospital {
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
            departments: departments.collect(),
            encounters: 0,
        }
    }

    /// The number of the next encounter, from 1.
    pub(super) fn next_encounter(&mut self) -> u64 {
        self.encounters += 1;
        self.encounters
    }

    /// The department of a kind with most free beds where somebody at the door can have one at once.
    pub(super) fn open_department(&self, kind: DepartmentKind) -> Option<usize> {
        let departments = self.departments.iter().enumerate();
        let open = departments.filter(|(_, it)| it.kind == kind && it.is_open());
        let most = open.max_by_key(|(place, it)| (it.beds.free(), usize::MAX - place));
        most.map(|(place, _)| place)
    }

    /// Takes who has waited longest at the doors of the departments that are of the kind of one.
    pub(super) fn next_caller(&mut self, department: usize) -> Option<Caller> {
        let kind = self.departments[department].kind;
        let doors = self.departments.iter_mut().filter(|it| it.kind == kind);
        let first = doors.filter(|it| !it.door.is_empty()).min_by_key(|it| {
            let caller = it.door.front();
            caller.map(|it| (it.arrived_seconds, it.number))
        })?;
        first.door.pop_front()
    }

    /// The department of a kind, other than one: where there are several, the one with most free beds.
    /// One without beds is none.
    pub(super) fn other_department(
        &self,
        kind: DepartmentKind,
        other_than: usize,
    ) -> Option<usize> {
        let departments = self.departments.iter().enumerate();
        let of_kind = departments
            .filter(|(place, it)| it.kind == kind && it.beds.exist() && *place != other_than);
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

#[cfg(test)]
mod tests {
    use domain::network::{JOHANNESBURG, Network};

    use super::*;
    use crate::random::{Purpose, SplitMix64};

    #[test]
    fn of_several_departments_of_a_kind_the_open_one_with_most_free_beds_is_found() {
        let mut network = Network::parse(JOHANNESBURG).unwrap();
        let hospital = &mut network.hospitals[0];
        let mut department = hospital.departments[0].clone();
        department.wards.truncate(1);
        hospital.departments = [1, 3, 2]
            .map(|beds| {
                department.wards[0].beds = beds;
                department.clone()
            })
            .to_vec();
        let mut hospital = Hospital::new(hospital);
        let kind = department.kind;
        assert_eq!(hospital.open_department(kind), Some(1));
        assert_eq!(hospital.other_department(kind, 1), Some(2));
        let random = &mut SplitMix64::of(1, Purpose::Flow, 0);
        for encounter in 0..3 {
            hospital.departments[1].beds.take(encounter, None, random);
        }
        assert_eq!(hospital.open_department(kind), Some(2));
        // Whoever waits there already comes first.
        hospital.departments[2].urgent.push_back(7);
        assert_eq!(hospital.open_department(kind), Some(0));
        hospital.departments[0].beds.take(8, None, random);
        assert_eq!(hospital.open_department(kind), None);

        let caller = |department, arrived_seconds| Caller {
            hospital: 0,
            department,
            arrived_seconds,
            number: 1,
        };
        hospital.departments[0].door.push_back(caller(0, 20));
        hospital.departments[1].door.push_back(caller(1, 10));
        let mut next = || hospital.next_caller(0).map(|it| it.arrived_seconds);
        assert_eq!([next(), next(), next()], [Some(10), Some(20), None]);
    }
}
