//! `simulation faults`: whatever happens on the way, gold is the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::command::say;
use super::home::TestHome;

/// Together these runs come to every point of a batch.
#[test]
fn twenty_runs_with_faults_end_as_one_without() {
    let home = TestHome::new();
    let said = say(&home, &["faults", "--runs", "20", "--seed", "1", "--json"]);
    let lines = said.assert_done().out.lines();
    let mut told: Vec<Value> = lines.map(|it| serde_json::from_str(it).unwrap()).collect();
    let sums = told.pop().unwrap();
    assert_eq!(told.len(), 20);
    let digests: BTreeSet<&str> = told
        .iter()
        .map(|it| it["digest"].as_str().unwrap())
        .collect();
    assert_eq!(digests.len(), 1, "{digests:?}");
    assert_eq!(sums["runs"], 20);
    for point in ["swap", "bronze", "silver", "gold", "commit", "sent"] {
        assert!(sums["points"][point].as_u64() > Some(0), "{point}: {sums}");
    }
}
