//! Every order of short histories gives one result, the model's.

use domain::history::{PatientHistory, history};
use domain::record::AdtRecord;

use super::builder::{departments, event};
use super::model::model;
use super::scenarios::{Scenario, scenarios};

/// Calls `visit` with every order of the records.
fn each_permutation<'a>(
    records: &mut [&'a AdtRecord],
    fixed: usize,
    visit: &mut impl FnMut(&[&'a AdtRecord]),
) {
    if fixed == records.len() {
        return visit(records);
    }
    for next in fixed..records.len() {
        records.swap(fixed, next);
        each_permutation(records, fixed + 1, visit);
        records.swap(fixed, next);
    }
}

/// Copies put in at places that change from call to call, every record once or twice.
fn with_copies<'a>(records: &[&'a AdtRecord], turn: usize) -> Vec<&'a AdtRecord> {
    let mut copied = records.to_vec();
    for (at, record) in records.iter().enumerate() {
        if (turn >> at) & 1 == 0 {
            copied.insert((turn * 7 + at * 5) % copied.len(), record);
        }
    }
    copied
}

fn outline(history: &PatientHistory) -> (usize, usize, Vec<(&'static str, uuid::Uuid)>) {
    let findings = history.findings.iter().map(|f| (f.rule.code, f.event_id));
    (
        history.versions.len(),
        history.stays.len(),
        findings.collect(),
    )
}

#[test]
fn each_scenario_is_what_its_name_says() {
    for Scenario {
        name,
        records,
        versions,
        stays,
        findings,
    } in scenarios()
    {
        let findings: Vec<_> = findings
            .iter()
            .map(|(code, n)| (*code, event(*n)))
            .collect();
        let actual = history(&records, &departments());
        assert_eq!(outline(&actual), (versions, stays, findings), "{name}");
    }
}

#[test]
fn every_order_of_six_events_gives_the_models_history() {
    let departments = departments();
    for Scenario { name, records, .. } in scenarios() {
        let expected = model(&records, &departments);
        let mut orders = 0;
        let mut order: Vec<_> = records.iter().collect();
        each_permutation(&mut order, 0, &mut |order| {
            assert_eq!(
                history(order.iter().copied(), &departments),
                expected,
                "{name}: {:?}",
                order
                    .iter()
                    .map(|r| r.event_id.as_u128())
                    .collect::<Vec<_>>()
            );
            orders += 1;
        });
        assert_eq!(orders, 720);
    }
}

#[test]
fn every_order_with_copies_gives_the_models_history() {
    let departments = departments();
    for Scenario { name, records, .. } in scenarios() {
        let expected = model(&records, &departments);
        let mut turn = 0;
        let mut order: Vec<_> = records.iter().collect();
        each_permutation(&mut order, 0, &mut |order| {
            let copied = with_copies(order, turn);
            assert_eq!(
                history(copied.iter().copied(), &departments),
                expected,
                "{name}: {:?}",
                copied
                    .iter()
                    .map(|r| r.event_id.as_u128())
                    .collect::<Vec<_>>()
            );
            turn += 1;
        });
    }
}
