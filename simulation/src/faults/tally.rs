//! What a campaign has done.

use std::collections::BTreeMap;
use std::fmt;

use database::fault::Point;
use serde_json::{Value, json};

use super::load::Load;
use super::trial::Outcome;

/// Sums over all runs.
pub(super) struct Tally {
    load: Load,
    runs: u64,
    failed: Vec<u64>,
    by_point: BTreeMap<String, u64>,
    by_deed: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Of a campaign that has not begun.
    pub(super) fn of(load: Load) -> Self {
        Self {
            load,
            runs: 0,
            failed: Vec::new(),
            by_point: BTreeMap::new(),
            by_deed: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, outcome: &Outcome) {
        self.runs += 1;
        if outcome.failure.is_some() {
            self.failed.push(outcome.seed);
        }
        for (point, _) in &outcome.happened {
            *self.by_point.entry(point.clone()).or_default() += 1;
        }
        for (_, deed) in &outcome.done {
            *self.by_deed.entry(deed.kind()).or_default() += 1;
        }
    }

    pub(super) fn is_right(&self) -> bool {
        self.failed.is_empty()
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "runs": self.runs,
            "failed_seeds": self.failed,
            "points": self.by_point,
            "deeds": self.by_deed,
        })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passed = self.runs - self.failed.len() as u64;
        writeln!(
            formatter,
            "{passed} of {} runs ended as the undisturbed one",
            self.runs
        )?;
        write!(formatter, "faults inside a batch:")?;
        for point in Point::ALL.map(Point::as_str) {
            let times = self.by_point.get(point).copied().unwrap_or_default();
            write!(formatter, " {point} {times}")?;
        }
        write!(formatter, "\ndone to processes and services:")?;
        for (deed, times) in &self.by_deed {
            write!(formatter, " {deed} {times}")?;
        }
        for seed in &self.failed {
            write!(
                formatter,
                "\nagain: simulation faults --runs 1 --seed {seed}{}",
                self.load.as_argument()
            )?;
        }
        Ok(())
    }
}
