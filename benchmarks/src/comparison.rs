//! What is compared with what, and how it came out.

use serde::Serialize;

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
