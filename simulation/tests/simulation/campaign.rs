//! `simulation faults`: whatever happens on the way, gold is the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::command::say;
use super::home::TestHome;

#[test]
fn runs_with_faults_end_as_one_without() {
    let home = TestHome::new();
    let said = say(&home, &["faults", "--runs", "5", "--seed", "11", "--json"]);
    let lines = said.assert_done().out.lines();
    let mut told: Vec<Value> = lines.map(|it| serde_json::from_str(it).unwrap()).collect();
    let sums = told.pop().unwrap();
    assert_eq!(told.len(), 5);
    let digests: BTreeSet<&str> = told
        .iter()
        .map(|it| it["digest"].as_str().unwrap())
        .collect();
    assert_eq!(digests.len(), 1, "{digests:?}");
    assert_eq!(sums["runs"], 5);
    let happened = sums["points"].as_object().unwrap();
    assert!(!happened.is_empty(), "{sums}");
}
