//! `database verify`: every invariant of the warehouse, each one SQL statement that returns what
//! violates it.
//!
//! The statements are written from `docs/history.md` and the design alone, not from the Rust that
//! fills gold: two independent implementations check each other. All of them read one snapshot, so
//! that the answer is consistent while consumers write.

mod books;
mod check;
mod log;
mod render;

use std::time::Instant;

use serde_json::Value;
use tokio_postgres::{Client, Transaction};

pub use books::{Books, FileBooks, KindBooks, PartitionBooks, Progress};
pub use check::{CHECKS, Check};
pub use log::{CompareError, compare};
pub use render::render;

use crate::connect::snapshot;
use crate::{DatabaseError, census, refold};

/// How many violations of a check are described.
pub const SAMPLES_MAX: usize = 5;

/// What one check found.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckResult {
    /// Stable name of the check, in kebab-case.
    pub name: &'static str,
    /// What must hold, in one sentence.
    pub title: &'static str,
    /// How many rows violate it.
    pub violations: u64,
    /// The first of them described, at most [`SAMPLES_MAX`]; keys, pseudonyms and coordinates only.
    pub samples: Vec<String>,
    /// How long the check took.
    pub seconds: f64,
}

/// What all checks found in one snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// In the order of [`CHECKS`].
    pub checks: Vec<CheckResult>,
    /// Inputs and their outcomes, counted anew from rows.
    pub books: Books,
}

impl Report {
    /// Whether every invariant holds.
    pub fn is_green(&self) -> bool {
        self.failed().next().is_none()
    }

    /// The checks that found violations.
    pub fn failed(&self) -> impl Iterator<Item = &CheckResult> {
        self.checks.iter().filter(|check| check.violations > 0)
    }

    /// The report as JSON, for programs.
    pub fn to_json(&self) -> Value {
        render::to_json(self)
    }
}

/// Folds patients with the departments as they are and brings the census to its end, then runs every
/// check in one read-only snapshot.
pub async fn verify(client: &mut Client) -> Result<Report, DatabaseError> {
    refold::finish(client).await?;
    census::count(client).await?;
    let transaction = snapshot(client).await?;
    let report = verify_in(&transaction).await?;
    transaction
        .rollback()
        .await
        .map_err(refused("end verifying"))?;
    Ok(report)
}

/// Runs every check in a transaction that the caller began, and that sees what it sees. Changes
/// settings of the transaction (search path, time zone, how statements are planned).
pub async fn verify_in(transaction: &Transaction<'_>) -> Result<Report, DatabaseError> {
    let checks = checks_in(transaction, CHECKS).await?;
    let books = books::count(transaction)
        .await
        .map_err(refused("count the books"))?;
    Ok(Report { checks, books })
}

/// Runs some checks in a transaction that the caller began, as [`verify_in`] does.
pub async fn checks_in(
    transaction: &Transaction<'_>,
    checks: &[Check],
) -> Result<Vec<CheckResult>, DatabaseError> {
    transaction
        .batch_execute(include_str!("../sql/verify/settings.sql"))
        .await
        .map_err(refused("prepare to verify"))?;
    let mut results = Vec::with_capacity(checks.len());
    for check in checks {
        results.push(run(transaction, check).await?);
    }
    Ok(results)
}

async fn run(transaction: &Transaction<'_>, check: &Check) -> Result<CheckResult, DatabaseError> {
    let started = Instant::now();
    let rows = transaction
        .query(&sampled(check), &[])
        .await
        .map_err(refused(check.doing))?;
    let mut samples = Vec::with_capacity(rows.len());
    let mut violations = 0;
    for row in &rows {
        let (what, count) = (row.try_get(0), row.try_get::<_, i64>(1));
        samples.push(what.map_err(refused(check.doing))?);
        violations = count.map_err(refused(check.doing))?.unsigned_abs();
    }
    let result = CheckResult {
        name: check.name,
        title: check.title,
        violations,
        samples,
        seconds: started.elapsed().as_secs_f64(),
    };
    tracing::debug!(
        check = result.name,
        violations = result.violations,
        seconds = result.seconds,
        "checked"
    );
    Ok(result)
}

/// The check's statement, reduced to the first violations and the number of all.
fn sampled(check: &Check) -> String {
    format!(
        "select what, count(*) over () as violations\nfrom (\n{}) as violation\n\
         order by what collate \"C\"\nlimit {SAMPLES_MAX}",
        check.statement()
    )
}

/// Counts the books in a transaction that the caller began.
pub(crate) async fn books_in(
    transaction: &Transaction<'_>,
) -> Result<Books, tokio_postgres::Error> {
    books::count(transaction).await
}

fn refused(doing: &'static str) -> impl FnOnce(tokio_postgres::Error) -> DatabaseError {
    move |error| DatabaseError::while_doing(doing, &error)
}
