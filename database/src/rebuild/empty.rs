//! Indexes of tables that get all their rows at once: to make them then costs less than to keep them meanwhile.

use std::collections::HashMap;

use tokio_postgres::Transaction;

use super::{failed, waited};
use crate::DatabaseError;

/// Which tables lose their indexes until they have their rows, and the statements that make those again.
#[derive(Default)]
pub(super) struct Indexes(HashMap<&'static str, Vec<String>>);

impl Indexes {
    /// Chooses those tables that have no row, and waits for whoever reads one of them, all at once: later nobody can wait
    /// for us whom we wait for.
    pub(super) async fn of_empty(
        transaction: &Transaction<'_>,
        tables: &[&'static str],
    ) -> Result<Self, DatabaseError> {
        let mut empty = Vec::new();
        for table in tables {
            if !has_rows(transaction, table).await? {
                empty.push(*table);
            }
        }
        if !empty.is_empty() {
            let lock = format!("lock table {} in access exclusive mode", empty.join(", "));
            let locked = transaction.batch_execute(&lock).await;
            locked.map_err(failed).map_err(waited)?;
        }
        Ok(Self(
            empty.into_iter().map(|table| (table, Vec::new())).collect(),
        ))
    }

    /// Drops those of a table, if it was chosen and has no row yet. Whether it did.
    pub(super) async fn drop(
        &mut self,
        transaction: &Transaction<'_>,
        table: &'static str,
    ) -> Result<bool, DatabaseError> {
        let Some(make) = self.0.get_mut(table) else {
            return Ok(false);
        };
        if has_rows(transaction, table).await? {
            return Ok(false);
        }
        *make = drop_those_of(transaction, table).await?;
        Ok(true)
    }

    /// Makes those of a table again, as they were.
    pub(super) async fn make(
        &mut self,
        transaction: &Transaction<'_>,
        table: &str,
    ) -> Result<(), DatabaseError> {
        for sql in self.0.remove(table).into_iter().flatten() {
            transaction.batch_execute(&sql).await.map_err(failed)?;
        }
        Ok(())
    }
}

/// What makes them again.
async fn drop_those_of(
    transaction: &Transaction<'_>,
    table: &'static str,
) -> Result<Vec<String>, DatabaseError> {
    let indexes = include_str!("../../sql/rebuild/kafka/indexes.sql");
    let rows = transaction.query(indexes, &[&table]).await;
    let mut make = Vec::new();
    for row in rows.map_err(failed)? {
        let dropped = transaction.batch_execute(row.get("drop")).await;
        dropped.map_err(failed)?;
        make.push(row.get("make"));
    }
    Ok(make)
}

async fn has_rows(
    transaction: &Transaction<'_>,
    table: &'static str,
) -> Result<bool, DatabaseError> {
    let row = transaction
        .query_one(&format!("select exists (select from {table})"), &[])
        .await;
    Ok(row.map_err(failed)?.get(0))
}
