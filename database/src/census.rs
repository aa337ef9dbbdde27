//! The census: `gold.fact_bed_occupancy`, counted by one job at a time.
//!
//! Lanes never write occupancy, whose rows belong to patients of all shards. In the transaction that
//! changes stays a batch appends which hours it touched (`ops.census_todo`) and whose records are the
//! latest (`ops.census_witness`), a few rows. Whoever takes the turn, an advisory lock, counts these
//! hours again and those that have closed since, from the stays.
//!
//! Under READ COMMITTED the list of what is to do is read first, and only its rows are removed. What
//! commits later may be seen by the count or not; either way its own rows are still there, and the
//! next census counts those hours again. So at every moment each closed hour is right, or somebody
//! wrote down that it may not be.

mod recount;

use chrono::{DateTime, Utc};
use tokio_postgres::types::{Timestamp, ToSql};
use tokio_postgres::{Client, GenericClient, IsolationLevel, Row, Transaction};

use crate::DatabaseError;
use crate::load::Session;
use recount::Recount;

/// Counts all that is to do at this moment, after whoever counts just now. Returns the number of
/// rows of gold that were written.
pub async fn count(client: &mut Client) -> Result<u64, DatabaseError> {
    let transaction = begin(client).await?;
    let census = Census::of(&transaction).await?;
    census.take_turn().await?;
    let rows_written = census.count().await?;
    transaction.commit().await.map_err(|error| failed(&error))?;
    Ok(rows_written)
}

/// The same, unless somebody counts just now: then `None`, at once.
pub async fn count_unless_busy(client: &mut Client) -> Result<Option<u64>, DatabaseError> {
    let transaction = begin(client).await?;
    let census = Census::of(&transaction).await?;
    let turn = include_str!("../sql/census/try_turn.sql");
    let is_ours = census.query(turn, &[]).await?;
    if !is_ours.iter().any(|row| row.get("is_ours")) {
        return Ok(None);
    }
    let rows_written = census.count().await?;
    transaction.commit().await.map_err(|error| failed(&error))?;
    Ok(Some(rows_written))
}

/// Counts all closed hours again, in a transaction of whoever keeps lanes and refolds away and has made
/// `pg_temp.patient`. Changes settings of the transaction. Returns how many rows of gold were taken away
/// because no census counts their hours, and how many were corrected.
pub(crate) async fn count_anew(transaction: &Transaction<'_>) -> Result<(u64, u64), DatabaseError> {
    let census = Census(transaction);
    census.set(include_str!("../sql/rebuild/wait.sql")).await?;
    census.take_turn().await?;
    census
        .set(include_str!("../sql/rebuild/count_anew.sql"))
        .await?;
    let census = Census::of(transaction).await?;
    let rows_written = census.count().await?;
    let not_closed = include_str!("../sql/rebuild/not_closed.sql");
    let rows_gone = transaction.execute(not_closed, &[]).await;
    Ok((rows_gone.map_err(|error| failed(&error))?, rows_written))
}

/// Lets nobody else count until a transaction ends.
pub(crate) async fn take_turn(transaction: &Transaction<'_>) -> Result<(), DatabaseError> {
    Census(transaction).take_turn().await
}

/// Has the hours of a hospital counted again from the one that holds a time on, by the census that
/// follows. For whoever changes versions of departments, in the transaction that does.
pub async fn recount_from(
    client: &impl GenericClient,
    hospital_code: &str,
    from: Timestamp<DateTime<Utc>>,
) -> Result<(), DatabaseError> {
    let sql = include_str!("../sql/census/recount_from.sql");
    client
        .execute(sql, &[&hospital_code, &from])
        .await
        .map_err(|error| DatabaseError::while_doing("have hours counted again", &error))?;
    Ok(())
}

/// Hours of a hospital, from the begin of a day.
struct Span {
    hospital_code: String,
    from_day: Timestamp<DateTime<Utc>>,
    to_hour: DateTime<Utc>,
    closed_until: DateTime<Utc>,
}

impl Span {
    fn read(row: &Row) -> Self {
        Self {
            hospital_code: row.get("hospital_code"),
            from_day: row.get("from_day"),
            to_hour: row.get("to_hour"),
            closed_until: row.get("closed_until"),
        }
    }
}

/// The transaction of one census.
struct Census<'a>(&'a Transaction<'a>);

async fn begin(client: &mut Client) -> Result<Transaction<'_>, DatabaseError> {
    // Each statement must see what the one before it waited for or left.
    client
        .build_transaction()
        .isolation_level(IsolationLevel::ReadCommitted)
        .read_only(false)
        .start()
        .await
        .map_err(|error| failed(&error))
}

impl<'a> Census<'a> {
    async fn of(transaction: &'a Transaction<'a>) -> Result<Self, DatabaseError> {
        let census = Self(transaction);
        census
            .set(include_str!("../sql/census/settings.sql"))
            .await?;
        Ok(census)
    }

    async fn set(&self, sql: &str) -> Result<(), DatabaseError> {
        let done = self.0.batch_execute(sql).await;
        done.map_err(|error| failed(&error))
    }

    async fn take_turn(&self) -> Result<(), DatabaseError> {
        let turn = include_str!("../sql/census/take_turn.sql");
        self.query(turn, &[]).await?;
        Ok(())
    }

    /// Counts, in our turn.
    async fn count(&self) -> Result<u64, DatabaseError> {
        let todo = self.query(include_str!("../sql/census/todo.sql"), &[]);
        let todo: Vec<i64> = todo.await?.iter().map(|row| row.get("todo_id")).collect();
        let spans = self.query(include_str!("../sql/census/spans.sql"), &[]);
        let spans: Vec<Span> = spans.await?.iter().map(Span::read).collect();
        let mut rows_written = 0;
        if !spans.is_empty() {
            let prepared = Recount::prepare(self.0).await?;
            let session = Session {
                transaction: self.0,
                prepared: &prepared,
            };
            let recount = Recount::new(session).await?;
            for span in &spans {
                rows_written += recount.count(span).await?;
                let close = include_str!("../sql/census/close.sql");
                self.query(close, &[&span.hospital_code, &span.closed_until])
                    .await?;
            }
        }
        if !todo.is_empty() {
            let done = include_str!("../sql/census/done.sql");
            self.query(done, &[&todo]).await?;
        }
        let keep_latest = include_str!("../sql/census/keep_latest.sql");
        self.query(keep_latest, &[]).await?;
        Ok(rows_written)
    }

    async fn query(
        &self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, DatabaseError> {
        self.0
            .query(sql, parameters)
            .await
            .map_err(|error| failed(&error))
    }
}

fn failed(error: &tokio_postgres::Error) -> DatabaseError {
    DatabaseError::while_doing("count occupied beds", error)
}
