//! What will happen, in order of time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::bed::Bed;

/// Something that will happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Happening {
    /// A window of transfers begins.
    Window,
    /// The bed managers see to it that the window has so many transfers by now.
    Quota(u8),
    /// Somebody comes to a hospital; a stream of arrivals by its place in the list.
    Arrival(usize),
    /// Somebody has told the desk who they are, and asks for a bed.
    Door(Caller),
    /// Somebody who waits at the door of a full department asks elsewhere.
    Diversion(Caller),
    /// The time in a department is over.
    StayEnds(Visit),
    /// A move to another bed of the department is due.
    MoveDue(Visit),
    /// A move, by its number, has waited for long enough.
    HoldEnds(u64),
    /// Somebody has waited for too long for a bed of another department.
    WaitEnds(Visit),
    /// A bed is clean again.
    BedReady {
        hospital: usize,
        department: usize,
        bed: Bed,
    },
    /// The record of a patient in hospital changes.
    Change(u64),
    /// A ward takes nobody in any more; a closure by its place in the scenario file.
    WardCloses(usize),
    /// A closure of a ward is over.
    WardOpens(usize),
}

/// Somebody at the door of a department. Who it is shows when there is a bed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) hospital: usize,
    pub(super) department: usize,
    pub(super) arrived_seconds: i64,
    /// Tells callers of one instant apart.
    pub(super) number: u64,
}

/// An encounter in one department: what was planned for it there is void once it has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Visit {
    pub(super) encounter: u64,
    /// How many departments it was in before.
    pub(super) number: u32,
}

/// What is entered for an instant. Of two at one instant the older comes first, whatever will happen: nothing else is
/// compared.
#[derive(Debug, Clone, Copy)]
struct Entry {
    at_seconds: i64,
    number: u64,
    happening: Happening,
}

impl Entry {
    fn order(&self) -> (i64, u64) {
        (self.at_seconds, self.number)
    }
}

impl Ord for Entry {
    /// The greatest is the first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.order().cmp(&self.order())
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Entry {}

/// The agenda.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Entry>,
    /// Entries ever made.
    entries: u64,
}

impl Agenda {
    pub(super) fn enter(&mut self, at_seconds: i64, happening: Happening) {
        self.heap.push(Entry {
            at_seconds,
            number: self.entries,
            happening,
        });
        self.entries += 1;
    }

    /// When something happens next.
    pub(super) fn next_seconds(&self) -> Option<i64> {
        self.heap.peek().map(|entry| entry.at_seconds)
    }

    /// What happens next, and when.
    pub(super) fn next(&mut self) -> Option<(i64, Happening)> {
        let entry = self.heap.pop()?;
        Some((entry.at_seconds, entry.happening))
    }
}
