//! The positions of all departments.

use std::ops::Range;

use domain::network::{Department, Flow, Network};

use super::StaffError;
use super::cover::{Cover, Seat, proportional_seats};
use super::role::Role;
use super::shift::{Shift, ShiftPattern};

/// More positions are refused: numbers of six digits, and a pharmacist's five, must last for those
/// who replace others as well. It is twice what all beds of South Africa would need.
pub(super) const POSITIONS_MAX: usize = 300_000;

/// A place to be filled: somebody holds it on any date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The hospital, by its place in the network file.
    pub hospital: usize,
    /// The department, by its place in the hospital's list.
    pub department: usize,
    /// What is done there.
    pub role: Role,
    /// The field; empty where the role has none.
    pub specialty: &'static str,
    /// Which shifts are worked.
    pub pattern: ShiftPattern,
    /// The place in the eight-day roster, 0 to 7.
    pub roster_slot: u8,
}

impl Position {
    /// Whether who holds the position works a shift.
    pub fn works(&self, shift: Shift) -> bool {
        self.pattern.works(self.roster_slot, shift)
    }

    fn team(&self) -> (usize, usize, Role) {
        (self.hospital, self.department, self.role)
    }
}

/// The positions of a network, by hospital, department and role.
#[derive(Debug)]
pub struct Roster {
    positions: Vec<Position>,
}

impl Roster {
    /// The positions that the network's beds ask for. Departments without wards have none.
    pub(super) fn new(network: &Network) -> Result<Self, StaffError> {
        let flow = network.flow.as_ref().ok_or(StaffError::NoFlow)?;
        let mut positions = Vec::new();
        for (hospital, it) in network.hospitals.iter().enumerate() {
            for (department, it) in it.departments.iter().enumerate() {
                add_department(&mut positions, flow, it, (hospital, department))?;
            }
        }
        if positions.is_empty() {
            return Err(StaffError::NoWards);
        }
        Ok(Self { positions })
    }

    /// All positions.
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// The places of the positions of one role in a department; none where there is no such
    /// department.
    pub fn team(&self, hospital: usize, department: usize, role: Role) -> Range<usize> {
        let team = (hospital, department, role);
        let first = self.positions.partition_point(|it| it.team() < team);
        let end = self.positions.partition_point(|it| it.team() <= team);
        first..end
    }
}

fn add_department(
    positions: &mut Vec<Position>,
    flow: &Flow,
    department: &Department,
    (hospital, place): (usize, usize),
) -> Result<(), StaffError> {
    let beds: u64 = department.wards.iter().map(|it| u64::from(it.beds)).sum();
    if beds == 0 {
        return Ok(());
    }
    let kind = flow.kinds.get(&department.kind);
    let kind = kind.ok_or(StaffError::KindWithoutFlow(department.kind.as_str()))?;
    let doctors = Cover::of(beds, kind.beds_per_doctor_day, kind.beds_per_doctor_night);
    let nurses = Cover::of(beds, kind.beds_per_nurse_day, kind.beds_per_nurse_night);
    let mut add = |role: Role, seats: &mut dyn Iterator<Item = Seat>| {
        for (pattern, roster_slot) in seats {
            if positions.len() == POSITIONS_MAX {
                return Err(StaffError::TooManyPositions);
            }
            positions.push(Position {
                hospital,
                department: place,
                role,
                specialty: role.specialty(department.kind),
                pattern,
                roster_slot,
            });
        }
        Ok(())
    };
    for role in Role::ALL {
        match role {
            Role::Doctor => add(role, &mut doctors.seats())?,
            Role::Nurse => add(role, &mut nurses.seats())?,
            _ => add(role, &mut proportional_seats(role, beds))?,
        }
    }
    Ok(())
}
