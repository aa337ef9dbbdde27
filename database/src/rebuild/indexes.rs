//! Indexes of a table that gets all its rows at once: to make them then costs less than to keep them meanwhile.

use tokio_postgres::Transaction;

use super::failed;
use crate::DatabaseError;

/// Indexes that were dropped, with the keys that they are of.
pub(super) struct Indexes {
    make: Vec<String>,
}

impl Indexes {
    /// Drops those of a table without a row. `None` where it has rows, or a trigger that looks at them. What a foreign
    /// key refers to stays.
    pub(super) async fn drop(
        transaction: &Transaction<'_>,
        table: &'static str,
    ) -> Result<Option<Self>, DatabaseError> {
        let (drop, make) = Self::of(transaction, table).await?;
        if make.is_empty() || Self::has_rows(transaction, table).await? {
            return Ok(None);
        }
        for sql in drop {
            transaction.batch_execute(&sql).await.map_err(failed)?;
        }
        Ok(Some(Self { make }))
    }

    /// Makes them again, as they were.
    pub(super) async fn make(self, transaction: &Transaction<'_>) -> Result<(), DatabaseError> {
        for sql in self.make {
            transaction.batch_execute(&sql).await.map_err(failed)?;
        }
        Ok(())
    }

    async fn of(
        transaction: &Transaction<'_>,
        table: &'static str,
    ) -> Result<(Vec<String>, Vec<String>), DatabaseError> {
        let indexes = include_str!("../../sql/rebuild/kafka/indexes.sql");
        let rows = transaction.query(indexes, &[&table]).await;
        let rows = rows.map_err(failed)?;
        Ok(rows
            .iter()
            .map(|row| -> (String, String) { (row.get("drop"), row.get("make")) })
            .unzip())
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
}
