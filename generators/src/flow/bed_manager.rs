//! The bed managers' queue: moves that are due and can wait.

use std::collections::VecDeque;

use super::agenda::Visit;

/// A move that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DueMove {
    pub(super) visit: Visit,
    pub(super) to: Target,
    /// Tells it from an earlier one of the same visit.
    pub(super) number: u64,
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
    /// Moves ever queued.
    moves: u64,
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

    /// Queues a move, and gives it a number.
    pub(super) fn queue(&mut self, visit: Visit, to: Target) -> u64 {
        self.moves += 1;
        let number = self.moves;
        self.queue.push_back(DueMove { visit, to, number });
        number
    }

    /// The move of a place in the queue, which begins with the one that has been due longest.
    pub(super) fn at(&self, place: usize) -> Option<DueMove> {
        self.queue.get(place).copied()
    }

    /// Takes a move out of the queue, if it is still there.
    pub(super) fn take(&mut self, number: u64) -> Option<DueMove> {
        let place = self.queue.iter().position(|due| due.number == number)?;
        self.queue.remove(place)
    }

    /// Forgets what a visit had to come.
    pub(super) fn forget(&mut self, visit: Visit) {
        self.queue.retain(|due| due.visit != visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VISIT: Visit = Visit {
        encounter: 1,
        number: 0,
    };

    #[test]
    fn the_end_of_a_hold_is_that_of_its_own_move() {
        let mut managers = BedManagers::default();
        let first = managers.queue(VISIT, Target::Within);
        // Made before its hold ends; then another one is due.
        assert_eq!(managers.take(first).unwrap().visit, VISIT);
        let second = managers.queue(VISIT, Target::Within);
        assert_eq!(managers.take(first), None);
        assert_eq!(managers.at(0).unwrap().number, second);
        managers.forget(VISIT);
        assert_eq!(managers.at(0), None);
    }
}
