//! Tables without a row that nobody looks at: they are filled as they are, and get their indexes once they have all rows.

use std::collections::HashMap;

use tokio_postgres::Transaction;

use super::{failed, waited};
use crate::DatabaseError;

/// The tables, each with the statements that make the indexes again that it lacks.
#[derive(Default)]
pub(super) struct Empty(HashMap<&'static str, Vec<String>>);

impl Empty {
    /// Those of some tables that have no row. Whoever looks at one of them is waited for, all at once: later nobody can
    /// wait for us whom we wait for.
    pub(super) async fn of(
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
        let mut still_empty = HashMap::new();
        for table in empty {
            if !has_rows(transaction, table).await? {
                still_empty.insert(table, Vec::new());
            }
        }
        Ok(Self(still_empty))
    }

    /// Whether a table is one of them.
    pub(super) fn has(&self, table: &str) -> bool {
        self.0.contains_key(table)
    }

    /// Drops the indexes of a table, if it is one of them.
    pub(super) async fn drop_indexes(
        &mut self,
        transaction: &Transaction<'_>,
        table: &'static str,
    ) -> Result<(), DatabaseError> {
        if let Some(make) = self.0.get_mut(table) {
            *make = drop_those_of(transaction, table).await?;
        }
        Ok(())
    }

    /// Makes the indexes that a table lacks, as they were.
    pub(super) async fn make_indexes(
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
