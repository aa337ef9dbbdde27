//! What `simulation score --json` prints: how well rules found faults that were laid on purpose.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How well the rules found the faults of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The run, as its events name it.
    pub run: String,
    /// Of its events.
    pub events: PartScore,
    /// Of the lines of its extracts.
    pub lines: Option<PartScore>,
}

/// Of events, or of lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartScore {
    /// How many of them the warehouse has received.
    pub count: u64,
    /// How many of these have no fault.
    pub clean: u64,
    /// How many of those a rule hit that is to find faults.
    pub clean_hit: u64,
    /// By class of fault.
    pub classes: Vec<ClassScore>,
    /// Hits of rules that find no class.
    pub consequences: BTreeMap<String, u64>,
}

/// Of one class of fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassScore {
    /// The class.
    pub class: String,
    /// How many have such a fault.
    pub injected: u64,
    /// The rules that are to find it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// How many they found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<u64>,
    /// What they hit without such a fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub false_hits: Option<u64>,
    /// The share of hits that are right.
    #[serde(default)]
    pub precision: Option<f64>,
    /// The share of faults that were found.
    #[serde(default)]
    pub recall: Option<f64>,
    /// Why nothing can find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
