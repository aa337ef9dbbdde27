use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio_postgres::{Client, Transaction};

use super::arrival::{Arrivals, arrivals};
use super::freshness::{Freshness, freshness};
use super::hit::{RuleHits, beside_repairs};
use super::occupancy::{Occupancy, occupancy};
use super::quarantined::{RuleQuarantine, quarantined};
use super::received::{ReceivedOnDay, received};
use super::scan::{Scanned, TableContents, aside, scan};
use super::score::Score;
use crate::DatabaseError;
use crate::connect::snapshot;
use crate::verify::{Books, books_in};

/// The quality of the data in a warehouse, as of one moment. It shows nobody: records are told by
/// coordinates, values by counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// The moment: the beginning of the snapshot that all was read from.
    pub reported_at: DateTime<Utc>,
    /// What came, by day of receipt.
    pub received: Vec<ReceivedOnDay>,
    /// What tables hold, by the day that rows are about, and how complete their columns are.
    pub tables: Vec<TableContents>,
    /// Inputs and their outcomes, as `database verify` counts them.
    pub books: Books,
    /// What rules did.
    pub rules: Vec<RuleHits>,
    /// What is kept aside.
    pub quarantine: Vec<RuleQuarantine>,
    /// How far all of it has come.
    pub freshness: Freshness,
    /// How full the beds are.
    pub occupancy: Option<Occupancy>,
    /// Who was admitted.
    pub arrivals: Option<Arrivals>,
    /// How well rules found faults that were laid on purpose, where that was told.
    pub score: Option<Score>,
}

/// Looks at all of the warehouse in one read-only snapshot: one scan a table, and one more for the books.
pub async fn quality(client: &mut Client, score: Option<Score>) -> Result<Quality, DatabaseError> {
    let transaction = snapshot(client).await?;
    let quality = read(&transaction, score).await;
    let ended = transaction.rollback().await;
    let quality = quality.map_err(|error| failed(&error))?;
    ended.map_err(|error| failed(&error))?;
    Ok(quality)
}

fn failed(error: &tokio_postgres::Error) -> DatabaseError {
    DatabaseError::while_doing("read the quality of the data", error)
}

async fn read(
    transaction: &Transaction<'_>,
    score: Option<Score>,
) -> Result<Quality, tokio_postgres::Error> {
    transaction
        .batch_execute(include_str!("../../sql/report/settings.sql"))
        .await?;
    let moment = include_str!("../../sql/report/moment.sql");
    let reported_at = transaction.query_one(moment, &[]).await?.try_get(0)?;
    let received = received(transaction).await?;
    let scanned = scan(transaction).await?;
    let events = scanned.iter().find(|it| it.is("silver", "adt_record"));
    let events = events.map(|it| it.latest_at.clone()).unwrap_or_default();
    let freshness = freshness(transaction, &received, &events, reported_at).await?;
    let mut rules: Vec<RuleHits> = scanned.iter().flat_map(|it| it.repairs.clone()).collect();
    rules.extend(beside_repairs(transaction).await?);
    let mut tables: Vec<TableContents> = scanned.into_iter().map(|it| it.contents).collect();
    tables.extend(aside(transaction).await?);
    Ok(Quality {
        reported_at,
        received,
        tables,
        books: books_in(transaction).await?,
        rules,
        quarantine: quarantined(transaction).await?,
        freshness,
        occupancy: occupancy(transaction).await?,
        arrivals: arrivals(transaction).await?,
        score,
    })
}

impl Scanned {
    fn is(&self, layer: &str, name: &str) -> bool {
        self.contents.layer == layer && self.contents.name == name
    }
}
