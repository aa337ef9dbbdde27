//! The report for a terminal and for programs.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{Books, FileBooks, KindBooks, PartitionBooks, Report};

/// Writes one line a check, the violations found, the books, and the verdict as the last line.
pub fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for check in &report.checks {
        if check.violations == 0 {
            writeln!(out, "ok      {:<24} {}", check.name, check.title)?;
            continue;
        }
        writeln!(
            out,
            "FAILED  {:<24} {}: {}",
            check.name,
            check.title,
            violations(check.violations)
        )?;
        for sample in &check.samples {
            writeln!(out, "          {sample}")?;
        }
        let more = check.violations - check.samples.len() as u64;
        if more > 0 {
            writeln!(out, "          ... and {more} more")?;
        }
    }
    writeln!(out)?;
    books(report, out)?;
    if !report.books.files.is_empty() {
        writeln!(out)?;
        file_books(report, out)?;
    }
    writeln!(out)?;
    verdict(report, out)
}

fn violations(count: u64) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} violation{plural}")
}

fn books(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let partitions = &report.books.partitions;
    let longest = partitions.iter().map(|books| books.topic.len()).max();
    let width = longest.unwrap_or(0).max("topic".len());
    writeln!(
        out,
        "{:<width$}  {:>9}  {:>11}  {:>11}  {:>11}  {:>11}  {:>11}  {:>11}  {:>11}",
        "topic",
        "partition",
        "unread",
        "read",
        "bronze",
        "loaded",
        "duplicate",
        "quarantined",
        "erased"
    )?;
    for books in partitions {
        books_line(books, &books.partition.to_string(), width, out)?;
    }
    books_line(&report.books.total(), "", width, out)?;
    match report.books.never_read {
        Some(0) => Ok(()),
        None => writeln!(
            out,
            "Kafka's log was not looked at (KAFKA_BOOTSTRAP_SERVERS names it)"
        ),
        Some(more) => writeln!(
            out,
            "{more} offsets more are in Kafka, in partitions that were never read"
        ),
    }
}

fn books_line(
    books: &PartitionBooks,
    partition: &str,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let verdict = if books.balance() {
        ""
    } else {
        "  DO NOT BALANCE"
    };
    let unread = books.unread.map_or("-".to_owned(), |it| it.to_string());
    writeln!(
        out,
        "{:<width$}  {partition:>9}  {unread:>11}  {:>11}  {:>11}  {:>11}  {:>11}  {:>11}  {:>11}{verdict}",
        books.topic,
        books.read,
        books.bronze,
        books.loaded,
        books.duplicate,
        books.quarantined,
        books.erased
    )
}

/// One line a kind of file: there are thousands of files, which the JSON has each.
fn file_books(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<12}  {:>7}  {:>7}  {:>11}  {:>11}  {:>11}  {:>11}  {:>11}",
        "files", "number", "loading", "lines", "loaded", "duplicate", "quarantined", "erased"
    )?;
    let mut kinds = report.books.kinds();
    kinds.push(report.books.files_total());
    for books in kinds {
        let verdict = if books.balance {
            ""
        } else {
            "  DO NOT BALANCE"
        };
        writeln!(
            out,
            "{:<12}  {:>7}  {:>7}  {:>11}  {:>11}  {:>11}  {:>11}  {:>11}{verdict}",
            books.kind,
            books.files,
            books.loading,
            books.lines,
            books.loaded,
            books.duplicate,
            books.quarantined,
            books.erased
        )?;
    }
    Ok(())
}

fn verdict(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let seconds: f64 = report.checks.iter().map(|check| check.seconds).sum();
    let of = report.checks.len();
    let failed: Vec<_> = report.failed().map(|check| check.name).collect();
    if failed.is_empty() {
        writeln!(out, "verify: all {of} checks ok in {seconds:.1} s")
    } else {
        writeln!(
            out,
            "verify: FAILED {} of {of} checks: {}",
            failed.len(),
            failed.join(", ")
        )
    }
}

/// The report as JSON.
pub(super) fn to_json(report: &Report) -> Value {
    let checks: Vec<_> = report
        .checks
        .iter()
        .map(|check| {
            json!({
                "name": check.name,
                "title": check.title,
                "ok": check.violations == 0,
                "violations": check.violations,
                "samples": check.samples,
                "seconds": check.seconds,
            })
        })
        .collect();
    let books: Vec<_> = report.books.partitions.iter().map(books_json).collect();
    json!({
        "green": report.is_green(),
        "checks": checks,
        "books": books,
        "total": books_json(&report.books.total()),
        "unread": report.books.unread(),
        "files": report.books.files.iter().map(file_json).collect::<Vec<_>>(),
        "files_total": kind_json(&report.books.files_total()),
    })
}

impl Serialize for Books {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let partitions: Vec<_> = self.partitions.iter().map(books_json).collect();
        json!({
            "partitions": partitions,
            "total": books_json(&self.total()),
            "files": self.files.iter().map(file_json).collect::<Vec<_>>(),
            "files_total": kind_json(&self.files_total()),
        })
        .serialize(serializer)
    }
}

fn books_json(books: &PartitionBooks) -> Value {
    json!({
        "topic": books.topic,
        "partition": books.partition,
        "unread": books.unread,
        "read": books.read,
        "bronze": books.bronze,
        "loaded": books.loaded,
        "duplicate": books.duplicate,
        "quarantined": books.quarantined,
        "erased": books.erased,
        "balance": books.balance(),
    })
}

fn file_json(books: &FileBooks) -> Value {
    json!({
        "hospital_code": books.hospital_code,
        "kind": books.kind,
        "extract_date": books.extract_date.to_string(),
        "is_loaded": books.is_loaded,
        "lines": books.lines,
        "loaded": books.loaded,
        "duplicate": books.duplicate,
        "quarantined": books.quarantined,
        "erased": books.erased,
        "balance": books.balance(),
    })
}

fn kind_json(books: &KindBooks) -> Value {
    json!({
        "files": books.files,
        "loading": books.loading,
        "lines": books.lines,
        "loaded": books.loaded,
        "duplicate": books.duplicate,
        "quarantined": books.quarantined,
        "erased": books.erased,
        "balance": books.balance,
    })
}
