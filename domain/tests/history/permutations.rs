//! Every order of short histories gives one result, the model's.

use domain::extract::EncounterExtract;
use domain::history::{PatientHistory, history};
use domain::record::AdtRecord;

use super::builder::extract::{Extracted as _, extract};
use super::builder::snapshot::{Day, absent, loaded, quarantined, registered, silent};
use super::builder::{
    MEDICINE, SURGERY, Saying as _, UNHEARD_OF, admit, departments, discharge, event, hour,
    transfer, update,
};
use super::model::model;
use super::scenarios::{Scenario, scenarios};
use super::silver::Silver;

/// Calls `visit` with every order of the records.
fn each_permutation<'a, R>(records: &mut [&'a R], fixed: usize, visit: &mut impl FnMut(&[&'a R])) {
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

/// Events among the snapshots of days 1 to 4: before them, between them and at the instant of one.
fn amid_snapshots() -> Vec<AdtRecord> {
    vec![
        admit(1, MEDICINE, "1").at(0).scheme("A"),
        update(2).at(2).recorded(3).scheme("C"),
        transfer(3, SURGERY, "1").sequence(1).scheme("B"),
        update(4).at(4).recorded(1).scheme("A"),
        discharge(5).scheme("D"),
    ]
}

#[test]
fn every_order_of_four_snapshots_gives_the_models_history() {
    let courses = [
        [
            registered(1, "A"),
            registered(2, "B"),
            registered(3, "A"),
            absent(4),
        ],
        [
            registered(1, "A"),
            absent(2),
            registered(3, "A"),
            registered(4, "A"),
        ],
        [
            registered(1, "A"),
            quarantined(2),
            registered(3, "A"),
            absent(4),
        ],
        [absent(1), registered(2, "A"), silent(3), absent(4)],
        [quarantined(1), absent(2), silent(3), registered(4, "B")],
    ];
    let departments = departments();
    for days in &courses {
        for events in [vec![], amid_snapshots()] {
            let of = |order: &[&Day]| Silver {
                events: events.clone(),
                snapshots: loaded(order.iter().copied()),
                ..Silver::default()
            };
            let mut order: Vec<&Day> = days.iter().collect();
            let expected = model(&of(&order), &departments);
            let mut orders = 0;
            each_permutation(&mut order, 0, &mut |order| {
                assert_eq!(history(&of(order), &departments), expected, "{order:?}");
                orders += 1;
            });
            assert_eq!(orders, 24);
        }
    }
}

#[test]
fn a_b_a_absent_has_its_four_versions_whatever_day_comes_first() {
    let days = [
        registered(1, "A"),
        registered(2, "B"),
        registered(3, "A"),
        absent(4),
    ];
    each_permutation(&mut days.iter().collect::<Vec<_>>(), 0, &mut |order| {
        let silver = Silver {
            snapshots: loaded(order.iter().copied()),
            ..Silver::default()
        };
        let versions = history(&silver, &departments()).versions;
        let shown: Vec<_> = versions
            .iter()
            .map(|it| {
                (
                    it.attributes.medical_scheme.as_deref(),
                    it.is_registered,
                    it.valid_from,
                )
            })
            .collect();
        let expected = [
            ("A", true, 1),
            ("B", true, 2),
            ("A", true, 3),
            ("A", false, 4),
        ];
        let expected = expected
            .map(|(scheme, is_registered, from)| (Some(scheme), Some(is_registered), hour(from)));
        assert_eq!(shown, expected);
    });
}

#[test]
fn every_order_of_five_extracts_gives_the_models_history() {
    let extracts = [
        extract(2).arrived(0).left(1),
        extract(2).content(1).arrived(1).discharged(hour(0)),
        extract(4).to(UNHEARD_OF).left(3).admitted(hour(1)),
        extract(4).encounter(2).arrived(2),
        extract(5).left(4),
    ];
    let courses = [
        vec![],
        vec![
            admit(1, MEDICINE, "1"),
            transfer(3, SURGERY, "1"),
            transfer(4, MEDICINE, "2"),
        ],
        vec![discharge(1), admit(2, MEDICINE, "1").encounter(2)],
    ];
    let departments = departments();
    for events in courses {
        let of = |order: &[&EncounterExtract]| Silver {
            events: events.clone(),
            encounters: order.iter().map(|it| (*it).clone()).collect(),
            ..Silver::default()
        };
        let mut order: Vec<&EncounterExtract> = extracts.iter().collect();
        let expected = model(&of(&order), &departments);
        each_permutation(&mut order, 0, &mut |order| {
            assert_eq!(history(&of(order), &departments), expected, "{order:?}");
        });
    }
}
