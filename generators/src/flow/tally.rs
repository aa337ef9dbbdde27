//! What the simulation of a flow counts, from the start on.

use serde::Serialize;

/// Counts since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Patients who came from outside.
    pub arrivals: u64,
    /// Of these, those whom another hospital took in.
    pub diverted: u64,
    /// Of these, those for whom no hospital had a bed.
    pub turned_away: u64,
    /// Of these, those who did not come after all: of all who are registered there and might have, every
    /// one is in a bed, or dead.
    pub stayed_away: u64,
    /// Transfers for which nothing was due: they evened out wards.
    pub evened_out: u64,
    /// Windows with fewer transfers than the network file asks for.
    pub windows_missed: u64,
}

impl Tally {
    pub(super) fn count(&mut self, at_seconds: i64, add: impl FnOnce(&mut Self)) {
        if at_seconds >= 0 {
            add(self);
        }
    }
}
