//! The limit of whatever writes files: how fast the disk takes the same bytes.

use crate::comparison::{Comparison, Outcome};
use crate::process::Run;

/// Our runs beside those of `dd` with which they were paired.
pub(crate) fn beside_the_disk(ours: &[Run], copies: &[Run]) -> Comparison {
    let pairs = copies.iter().zip(ours);
    Comparison {
        beside: "dd of the same bytes, from memory, with fsync".to_owned(),
        measure: "wall seconds",
        decimals: 2,
        outcome: Outcome::of_pairs(
            pairs.map(|(copy, ours)| (copy.wall_seconds, ours.wall_seconds)),
        ),
        goal: "at most 1.3",
    }
}
