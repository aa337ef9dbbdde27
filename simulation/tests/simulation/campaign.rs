//! `simulation faults`: whatever happens on the way, gold is the same.

use std::collections::BTreeSet;

use serde_json::Value;

use super::command::say;
use super::home::TestHome;
use super::nine_days::DIGEST;

/// How many runs there are, and how many where `WARDFLOW_LONG` is set.
const RUNS: (u64, u64) = (20, 1_000);

/// The same of the nine days.
const RUNS_OF_NINE_DAYS: (u64, u64) = (1, 20);

/// Points inside a batch.
const POINTS: usize = 6;

/// The digest of all runs of a campaign, and how often each point inside a batch was hit.
fn campaign(runs: u64, arguments: &[&str]) -> (String, Vec<u64>) {
    let home = TestHome::new();
    let runs_text = runs.to_string();
    // They wait more than they compute: the sessions of killed members have to end, and services to start.
    let mut command = vec!["faults", "--runs", &runs_text, "--at-once", "2", "--json"];
    command.extend(arguments);
    let said = say(&home, &command);
    let lines = said.assert_done().out.lines();
    let mut told: Vec<Value> = lines.map(|it| serde_json::from_str(it).unwrap()).collect();
    let sums = told.pop().unwrap();
    assert_eq!(told.len() as u64, runs);
    assert_eq!(sums["runs"], runs);
    let digests: BTreeSet<&str> = told
        .iter()
        .map(|it| it["digest"].as_str().unwrap())
        .collect();
    assert_eq!(digests.len(), 1, "{digests:?}");
    let points = sums["points"].as_object().unwrap();
    let times = points.values().map(|it| it.as_u64().unwrap()).collect();
    (digests.into_iter().collect(), times)
}

fn wanted((short, long): (u64, u64)) -> u64 {
    match std::env::var_os("WARDFLOW_LONG") {
        Some(_) => long,
        None => short,
    }
}

#[test]
fn runs_with_faults_end_as_one_without_and_come_to_every_point() {
    let runs = wanted(RUNS);
    let (_, times) = campaign(runs, &["--seed", "11"]);
    assert_eq!(times.len(), POINTS, "{times:?}");
    // A thousand runs have to come to each twenty times.
    assert!(times.iter().all(|it| *it >= runs / 50), "{times:?}");
}

#[test]
fn nine_days_with_faults_are_the_nine_days() {
    let (digest, _) = campaign(
        wanted(RUNS_OF_NINE_DAYS),
        &["--seed", "3", "--load", "nine-days"],
    );
    assert_eq!(digest, DIGEST);
}
