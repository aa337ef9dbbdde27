//! What is compared with what, and how it came out.

use serde::Serialize;

use crate::median::median;

/// A benchmark's outcome.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The benchmark's name.
    pub benchmark: &'static str,
    /// What was done, in how many runs.
    pub work: String,
    /// The machine.
    pub machine: crate::machine::Machine,
    /// The comparisons.
    pub comparisons: Vec<Comparison>,
    /// Where the time goes, as far as it is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// A part of the work, and what it took.
#[derive(Debug, Serialize)]
pub struct Step {
    /// What was done, and by whom.
    pub name: String,
    /// Of a processor, for each row.
    pub microseconds: f64,
    /// What the database wrote to its log for each row, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wal_bytes: Option<f64>,
}

impl Step {
    /// What a row took of a processor, in seconds, of which the median run counts.
    pub(crate) fn of_processor(
        name: impl Into<String>,
        seconds_a_row: impl IntoIterator<Item = f64>,
    ) -> Self {
        let seconds = median(seconds_a_row).unwrap_or(f64::NAN);
        Self {
            name: name.into(),
            microseconds: seconds * 1e6,
            wal_bytes: None,
        }
    }
}

/// One figure of ours beside that of a limit or peer.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// The limit or the peer.
    pub beside: String,
    /// What is measured, with its unit.
    pub measure: &'static str,
    /// How many decimals matter.
    #[serde(skip)]
    pub decimals: usize,
    /// The figures, or why there are none.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The ratio that is aimed at, in words.
    pub goal: &'static str,
}

/// Medians, or why there are none.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// Both ran.
    Measured {
        /// The limit's or peer's median.
        theirs: f64,
        /// Our median.
        ours: f64,
        /// The median of the ratios ours / theirs; of the pairs, where runs were paired.
        ratio: f64,
    },
    /// The peer did not run.
    NotRun {
        /// Why.
        reason: String,
    },
}

impl Outcome {
    /// Of runs that were paired, theirs and ours.
    pub(crate) fn of_pairs(pairs: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let pairs: Vec<_> = pairs.into_iter().collect();
        let median_of = |of: fn((f64, f64)) -> f64| {
            let numbers = pairs.iter().copied().map(of);
            median(numbers).unwrap_or(f64::NAN)
        };
        Self::Measured {
            theirs: median_of(|(theirs, _)| theirs),
            ours: median_of(|(_, ours)| ours),
            ratio: median_of(|(theirs, ours)| ours / theirs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_the_median_of_the_pairs() {
        let outcome = Outcome::of_pairs([(1.0, 2.0), (10.0, 10.0), (100.0, 300.0)]);
        let Outcome::Measured {
            theirs,
            ours,
            ratio,
        } = outcome
        else {
            panic!("nothing was measured");
        };
        assert_eq!((theirs, ours, ratio), (10.0, 10.0, 2.0));
    }

    #[test]
    fn a_step_is_told_in_microseconds() {
        let step = Step::of_processor("sorting", [1e-6, 4e-6, 3e-6]);
        assert!((step.microseconds - 3.0).abs() < 1e-9);
    }
}
