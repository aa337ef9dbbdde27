//! The limit of whatever writes files: how fast the disk takes the same bytes.

use crate::comparison::{Comparison, Outcome};
use crate::median::median;
use crate::process::Run;

/// Our runs beside those of `dd` with which they were paired.
pub(crate) fn beside_the_disk(ours: &[Run], copies: &[Run]) -> Comparison {
    let wall = |runs: &[Run]| median(runs.iter().map(|it| it.wall_seconds)).unwrap_or(f64::NAN);
    let pairs = ours.iter().zip(copies);
    let ratios = pairs.map(|(ours, copy)| ours.wall_seconds / copy.wall_seconds);
    Comparison {
        beside: "dd of the same bytes, from memory, with fsync".to_owned(),
        measure: "wall seconds",
        decimals: 2,
        outcome: Outcome::Measured {
            theirs: wall(copies),
            ours: wall(ours),
            ratio: median(ratios).unwrap_or(f64::NAN),
        },
        goal: "at most 1.3",
    }
}
