//! The bed managers' queue: moves that are due and can wait.

use std::collections::VecDeque;

use super::agenda::Visit;

/// A move that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DueMove {
    pub(super) visit: Visit,
    pub(super) to: Target,
}

/// Where a due move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// To another bed of the department.
    Within,
    /// To another department of the hospital, by its place in the network file.
    Department(usize),
}

/// The queue of the network, and how many transfers the present window has had.
#[derive(Debug, Default)]
pub(super) struct BedManagers {
    queue: VecDeque<DueMove>,
    transfers_in_window: u32,
}

impl BedManagers {
    pub(super) fn begin_window(&mut self) {
        self.transfers_in_window = 0;
    }

    pub(super) fn count_transfer(&mut self) {
        self.transfers_in_window += 1;
    }

    pub(super) fn transfers_in_window(&self) -> u32 {
        self.transfers_in_window
    }

    pub(super) fn queue(&mut self, due: DueMove) {
        self.queue.push_back(due);
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    /// The move that has been due longest.
    pub(super) fn pop(&mut self) -> Option<DueMove> {
        self.queue.pop_front()
    }

    /// Takes the moves of a visit out of the queue.
    pub(super) fn take(&mut self, visit: Visit) -> Option<DueMove> {
        let place = self.queue.iter().position(|due| due.visit == visit)?;
        self.queue.remove(place)
    }
}
