//! A temporary table beside another one, of the same columns, that is filled anew; or the other one itself, where that has
//! no row and nobody looks at it.

use tokio_postgres::{GenericClient, Statement, Transaction};
use uuid::Uuid;

use super::empty::Empty;
use super::{RebuiltTable, failed};
use crate::DatabaseError;
use crate::load::{Dimension, Session};
use crate::rows::DerivedRow;
use crate::seed;
use domain::dimension_key::unknown_member_key;

/// A table beside `table`, and the statements by which that gets its rows.
pub(super) struct Beside {
    /// The other one, with its schema.
    pub(super) table: &'static str,
    is_itself: bool,
    estimate: String,
    count: String,
    make_key: String,
    remove: String,
    write: String,
}

impl Beside {
    /// Makes it, empty and without a key.
    pub(super) async fn make(
        transaction: &Transaction<'_>,
        table: &'static str,
    ) -> Result<Self, DatabaseError> {
        Self::of(transaction, table, false).await
    }

    /// The table itself, without the indexes that its rows do not need, where it is empty; else one beside.
    pub(super) async fn make_or_itself(
        transaction: &Transaction<'_>,
        table: &'static str,
        empty: &mut Empty,
    ) -> Result<Self, DatabaseError> {
        let beside = Self::of(transaction, table, empty.has(table)).await?;
        empty.drop_indexes(transaction, table).await?;
        Ok(beside)
    }

    /// The same, with its key.
    pub(super) async fn make_keyed_or_itself(
        transaction: &Transaction<'_>,
        table: &'static str,
        empty: &Empty,
    ) -> Result<Self, DatabaseError> {
        let beside = Self::of(transaction, table, empty.has(table)).await?;
        beside.key(transaction).await?;
        Ok(beside)
    }

    async fn of(
        transaction: &Transaction<'_>,
        table: &'static str,
        is_itself: bool,
    ) -> Result<Self, DatabaseError> {
        let statements = include_str!("../../sql/rebuild/statements.sql");
        let row = transaction
            .query_opt(statements, &[&table])
            .await
            .map_err(failed)?;
        let row = row.ok_or_else(|| {
            DatabaseError::State(format!(
                "{table} is missing, is no table, or has lost its primary key: `database verify` names what is not as \
                 the migrations made it; restore that, then rebuild"
            ))
        })?;
        let make = if is_itself { "make_name" } else { "make" };
        transaction
            .batch_execute(row.get(make))
            .await
            .map_err(failed)?;
        Ok(Self {
            table,
            is_itself,
            estimate: if is_itself {
                format!("analyze {table}")
            } else {
                row.get("estimate")
            },
            count: row.get("count"),
            make_key: row.get("make_key"),
            remove: row.get("remove"),
            write: row.get("write"),
        })
    }

    /// A dimension whose versions follow from statements, and the unknown member.
    pub(super) async fn dimension<D: Dimension>(
        session: &Session<'_>,
        versions: Vec<D::Version>,
    ) -> Result<Self, DatabaseError> {
        let beside = Self::make(session.transaction, D::TABLE).await?;
        let copy = beside.copy::<D::Version>(session.transaction).await?;
        beside.add(session, &copy, &versions).await?;
        beside.finish(session.transaction).await?;
        Ok(beside)
    }

    /// A loader's statement, prepared for this table in place of the other one.
    pub(super) async fn prepare(
        &self,
        transaction: &Transaction<'_>,
        sql: &str,
    ) -> Result<Statement, DatabaseError> {
        let prepared = if self.is_itself {
            transaction.prepare(sql).await
        } else {
            transaction.prepare(&self.instead(sql)).await
        };
        prepared.map_err(failed)
    }

    /// The statement by which rows are added.
    pub(super) async fn copy<R: DerivedRow>(
        &self,
        transaction: &Transaction<'_>,
    ) -> Result<Statement, DatabaseError> {
        self.prepare(transaction, R::SQL.copy).await
    }

    /// Adds rows.
    pub(super) async fn add<R: DerivedRow>(
        &self,
        session: &Session<'_>,
        copy: &Statement,
        rows: &[R],
    ) -> Result<(), DatabaseError> {
        session
            .copy_by(copy, "rebuild", R::TYPES, rows.iter(), |row| row.values())
            .await?;
        Ok(())
    }

    /// Gives it its key, unless it has or gets that with its other indexes. Two rows of one key would be a defect of what
    /// makes them.
    pub(super) async fn key(&self, client: &impl GenericClient) -> Result<(), DatabaseError> {
        if self.is_itself {
            return Ok(());
        }
        let made = client.batch_execute(&self.make_key).await;
        made.map_err(failed)
    }

    /// Gives it its key and the unknown member, if it is a dimension that has one.
    pub(super) async fn finish(&self, client: &impl GenericClient) -> Result<(), DatabaseError> {
        self.key(client).await?;
        let (_, relation) = self.table.split_once('.').unwrap_or_default();
        let members = seed::UNKNOWN_MEMBERS.iter();
        for (sql, dimension) in members.filter(|(_, dimension)| *dimension == relation) {
            let key: Uuid = unknown_member_key(dimension);
            let added = client.execute(&self.instead(sql), &[&key]).await;
            added.map_err(failed)?;
        }
        Ok(())
    }

    /// Makes the table what this one is: what is not exactly the same goes, what is missing comes. In this
    /// order no row that stays or comes meets one that goes.
    pub(super) async fn take_over(
        &self,
        transaction: &Transaction<'_>,
    ) -> Result<RebuiltTable, DatabaseError> {
        self.analyze(transaction).await?;
        let change = async |sql: &str| transaction.execute(sql, &[]).await.map_err(failed);
        let (removed, written) = if self.is_itself {
            (0, None)
        } else {
            let removed = change(&self.remove).await?;
            (removed, Some(change(&self.write).await?))
        };
        let counted = transaction.query_one(&self.count, &[]).await;
        let rows = counted
            .map_err(failed)?
            .get::<_, i64>("count")
            .unsigned_abs();
        Ok(RebuiltTable {
            name: self.table,
            rows,
            removed,
            written: written.unwrap_or(rows),
        })
    }

    /// Drops it, or the name of it.
    pub(super) fn drop(&self) -> String {
        let (_, relation) = self.table.split_once('.').unwrap_or_default();
        let kind = if self.is_itself { "view" } else { "table" };
        format!("drop {kind} pg_temp.{relation}")
    }

    /// Tells the planner what it holds.
    pub(super) async fn analyze(&self, transaction: &Transaction<'_>) -> Result<(), DatabaseError> {
        let analyzed = transaction.batch_execute(&self.estimate).await;
        analyzed.map_err(failed)
    }

    /// A statement that names the other table, for this one.
    pub(super) fn instead(&self, sql: &str) -> String {
        instead(self.table, sql)
    }
}

fn instead(table: &str, sql: &str) -> String {
    let (_, relation) = table.split_once('.').unwrap_or_default();
    sql.replace(table, &format!("pg_temp.{relation}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_that_of_the_loader_but_for_its_table() {
        let sql = "merge into gold.fact_charge as fact using silver.charges join gold.dim_patient";
        assert_eq!(
            instead("gold.fact_charge", sql),
            "merge into pg_temp.fact_charge as fact using silver.charges join gold.dim_patient"
        );
    }
}
