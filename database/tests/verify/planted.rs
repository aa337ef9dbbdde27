//! Verify is green on the fixture, and each fault turns it red by its name.

use std::collections::BTreeSet;

use database::verify::{self, Books, CHECKS, Check, Report};
use tokio_postgres::Transaction;

use super::column;
use super::fault::{self, Fault};
use super::warehouse;

/// The calendar has 146,462 days: left out where it is not the subject.
const SLOW_CHECK: &str = "date-row";

fn checks(wanted: impl Fn(&str) -> bool) -> Vec<Check> {
    let checks = CHECKS.iter().filter(|check| wanted(check.name));
    checks.copied().collect()
}

#[tokio::test]
async fn gold_worked_out_by_hand_is_what_verify_derives() {
    let mut client = warehouse::loaded().await;
    let report = verify::verify(&mut client).await.unwrap();
    assert!(report.is_green(), "{}", rendered(&report));
    let total = report.books.total();
    assert!(total.balance());
    assert_eq!(
        (total.read, total.loaded, total.duplicate, total.quarantined),
        (31, 28, 2, 1)
    );
}

#[tokio::test]
async fn the_loader_may_verify_and_digest() {
    let mut client = warehouse::loaded().await;
    client
        .batch_execute("set role wardflow_loader")
        .await
        .unwrap();
    assert!(verify::verify(&mut client).await.unwrap().is_green());
    database::digest::digest(&mut client).await.unwrap();
}

#[tokio::test]
async fn each_planted_fault_is_named_in_words_and_shows_no_identity() {
    let mut client = warehouse::loaded().await;
    for fault in fault::all() {
        let transaction = client.transaction().await.unwrap();
        assert_found(fault, &transaction).await;
        transaction.rollback().await.unwrap();
    }
}

async fn assert_found(fault: &Fault, transaction: &Transaction<'_>) {
    let planted = transaction.batch_execute(fault.sql).await;
    planted.unwrap_or_else(|error| panic!("{} cannot be planted: {error:?}", fault.name));
    let checks = checks(|name| name == fault.check || name != SLOW_CHECK);
    let report = Report {
        checks: verify::checks_in(transaction, &checks).await.unwrap(),
        books: Books::default(),
    };
    let shown = rendered(&report);
    assert!(!report.is_green(), "{}: not found", fault.name);
    let check = report.failed().find(|check| check.name == fault.check);
    let check =
        check.unwrap_or_else(|| panic!("{}: not found by {}\n{shown}", fault.name, fault.check));
    assert!(
        check
            .samples
            .iter()
            .any(|sample| sample.contains(fault.words)),
        "{}: not in these words\n{shown}",
        fault.name
    );
    // The fixture's vault and bronze hold these.
    for identity in ["Canary", "payload", "HOSP:1", "S00000"] {
        assert!(!shown.contains(identity), "{}: {shown}", fault.name);
    }
}

#[test]
fn every_check_has_a_fault_that_it_finds() {
    let planted: BTreeSet<_> = fault::all().map(|fault| fault.check).collect();
    let checks: BTreeSet<_> = CHECKS.iter().map(|check| check.name).collect();
    assert_eq!(planted, checks);
}

#[tokio::test]
async fn a_change_of_any_column_that_follows_from_silver_is_found() {
    let mut client = warehouse::loaded().await;
    let checks = checks(|name| name != SLOW_CHECK);
    for column in column::of_gold(&client).await {
        // The network file says these, not silver; this test leaves the calendar to its own check.
        let is_described = matches!(
            column.name.as_str(),
            "name" | "municipality" | "province" | "time_zone"
        );
        let is_reference = column.table == "gold.dim_hospital";
        if column.table == "gold.dim_date" || (is_described && is_reference) {
            continue;
        }
        let transaction = client.transaction().await.unwrap();
        column.change(&transaction).await;
        let results = verify::checks_in(&transaction, &checks).await.unwrap();
        assert!(
            results.iter().any(|result| result.violations > 0),
            "a change of {}.{} is not found",
            column.table,
            column.name
        );
        transaction.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn a_changed_day_is_found() {
    let mut client = warehouse::loaded().await;
    let checks = checks(|name| name == SLOW_CHECK);
    for column in column::of_gold(&client).await {
        if column.table != "gold.dim_date" {
            continue;
        }
        let transaction = client.transaction().await.unwrap();
        column.change(&transaction).await;
        let results = verify::checks_in(&transaction, &checks).await.unwrap();
        assert!(results[0].violations > 0, "{}", column.name);
        transaction.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn the_report_is_shown_with_its_books_and_a_verdict() {
    let mut client = warehouse::loaded().await;
    let report = verify::verify(&mut client).await.unwrap();
    let shown = rendered(&report);
    let last = shown.lines().last().unwrap();
    assert!(last.starts_with("verify: all "), "{last}");
    assert!(!shown.contains("DO NOT BALANCE"), "{shown}");
    let json = report.to_json();
    assert_eq!(json["green"], true);
    assert_eq!(json["total"]["loaded"], 28);
    assert_eq!(json["checks"].as_array().unwrap().len(), CHECKS.len());

    let transaction = client.transaction().await.unwrap();
    transaction
        .batch_execute("delete from silver.adt_record where partition = 1")
        .await
        .unwrap();
    let report = verify::verify_in(&transaction).await.unwrap();
    let shown = rendered(&report);
    assert!(shown.contains("DO NOT BALANCE"), "{shown}");
    assert!(shown.contains("... and 3 more"), "{shown}");
    let last = shown.lines().last().unwrap();
    assert!(last.starts_with("verify: FAILED "), "{last}");
    assert_eq!(report.to_json()["green"], false);
}

#[tokio::test]
async fn files_have_books_a_line_for_each_kind_and_json_for_each_file() {
    let mut client = warehouse::loaded().await;
    let transaction = client.transaction().await.unwrap();
    let report = verify::verify_in(&transaction).await.unwrap();
    let shown = rendered(&report);
    let line_of = |kind: &str| {
        let words = shown.lines().map(|line| line.split_whitespace().collect());
        let of_kind = |words: &Vec<&str>| words.first() == Some(&kind) && words.len() == 8;
        words.rev().find(of_kind).unwrap_or_default()[1..].join(" ")
    };
    // Files, loading, lines, loaded, duplicate, quarantined, erased. In snapshots two patients are registered
    // on the first day, one on the second, none on the third, and one of the other hospital.
    assert_eq!(line_of("patients"), "4 0 7 4 1 2 0");
    assert_eq!(line_of("encounters"), "3 0 5 5 0 0 0");
    assert_eq!(line_of("diagnoses"), "2 0 5 3 1 1 0");
    assert_eq!(line_of("charges"), "2 1 6 2 0 0 0");
    assert_eq!(line_of("staff"), "2 0 3 2 0 1 0");
    assert_eq!(line_of("assigned_staff"), "1 0 3 2 1 0 0");
    assert_eq!(line_of("departments"), "1 0 1 1 0 0 0");
    assert_eq!(line_of("people"), "2 0 4 3 1 0 0");
    assert_eq!(line_of("hospital_patients"), "1 0 3 2 0 1 0");
    assert_eq!(line_of("total"), "20 1 39 26 4 5 0");
    assert!(!shown.contains("DO NOT BALANCE"), "{shown}");

    let json = report.to_json();
    let files = json["files"].as_array().unwrap();
    assert_eq!(files.len(), 20);
    let loading: Vec<_> = files.iter().filter(|it| it["is_loaded"] == false).collect();
    assert_eq!(loading.len(), 1);
    assert_eq!(loading[0]["extract_date"], "2026-06-02");
    assert_eq!(
        (&loading[0]["lines"], &loading[0]["loaded"]),
        (&5.into(), &1.into())
    );
    assert_eq!(json["files_total"]["balance"], true);

    let lost = "delete from ops.line_duplicate where file_id = 6";
    transaction.batch_execute(lost).await.unwrap();
    let report = verify::verify_in(&transaction).await.unwrap();
    let shown = rendered(&report);
    let broken: Vec<_> = shown
        .lines()
        .filter(|line| line.contains("DO NOT BALANCE"))
        .collect();
    assert_eq!(broken.len(), 2, "{shown}");
    assert!(
        broken[0].starts_with("diagnoses ") && broken[1].starts_with("total "),
        "{shown}"
    );
}

fn rendered(report: &Report) -> String {
    let mut shown = Vec::new();
    verify::render(report, &mut shown).unwrap();
    String::from_utf8(shown).unwrap()
}
