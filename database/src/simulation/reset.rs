//! Emptying the warehouse: what topics and files brought goes, and the epoch rises.

use tokio_postgres::{Client, GenericClient, Row};

use super::{Service, failed};
use crate::load::{Prepared, SESSION, Session};
use crate::{DatabaseError, seed};

/// The turn of whoever resets, one at a time; it ends with the connection.
pub struct Turn(Client);

/// What there is to empty, estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// Rows of all tables.
    pub rows: f64,
    /// Their bytes on disk, indexes included.
    pub bytes: i64,
}

impl Turn {
    /// Takes the turn over a connection of the loader's, unless somebody has it.
    pub async fn take(client: Client) -> Result<Option<Self>, DatabaseError> {
        let row = client
            .query_one(include_str!("../../sql/reset/try_turn.sql"), &[])
            .await
            .map_err(|error| failed(&error))?;
        Ok(row.get::<_, bool>("is_ours").then_some(Self(client)))
    }

    /// What there is to empty.
    pub async fn extent(&self) -> Result<Extent, DatabaseError> {
        let row = self
            .0
            .query_one(include_str!("../../sql/reset/extent.sql"), &[])
            .await
            .map_err(|error| failed(&error))?;
        Ok(Extent {
            rows: row.get("rows_estimated"),
            bytes: row.get("bytes"),
        })
    }

    /// From now on no service works, nor begins to. Only [`Turn::end`] lets them, whatever becomes of us.
    pub async fn begin(&self) -> Result<(), DatabaseError> {
        self.execute(include_str!("../../sql/reset/begin.sql"))
            .await
    }

    /// Who follows the control channel.
    pub async fn services(&self) -> Result<Vec<Service>, DatabaseError> {
        super::services(&self.0).await
    }

    /// The topics of a cluster that were ever read, each with its number of partitions.
    pub async fn topics(&self, cluster_id: &str) -> Result<Vec<(String, i32)>, DatabaseError> {
        let rows = self
            .0
            .query(
                include_str!("../../sql/reset/known_topics.sql"),
                &[&cluster_id],
            )
            .await
            .map_err(|error| failed(&error))?;
        let topic = |row: &Row| (row.get("topic"), row.get("partitions"));
        Ok(rows.iter().map(topic).collect())
    }

    /// Ends the transactions of services that do not answer; returns how many there were.
    pub async fn end_transactions(&self) -> Result<i64, DatabaseError> {
        let row = self
            .0
            .query_one(include_str!("../../sql/reset/end_transactions.sql"), &[])
            .await
            .map_err(|error| failed(&error))?;
        Ok(row.get("ended"))
    }

    /// Lets services work again, and forgets those that were silent for longer than so many seconds.
    pub async fn end(&self, silence_max_seconds: f64) -> Result<(), DatabaseError> {
        self.0
            .execute(
                include_str!("../../sql/reset/forget_services.sql"),
                &[&silence_max_seconds],
            )
            .await
            .map_err(|error| failed(&error))?;
        self.execute(include_str!("../../sql/reset/end.sql")).await
    }

    async fn execute(&self, sql: &str) -> Result<(), DatabaseError> {
        self.0
            .execute(sql, &[])
            .await
            .map_err(|error| failed(&error))?;
        Ok(())
    }
}

/// Empties all tables but those that hold what does not come from topics and files, and begins the next
/// epoch, whose number is returned, in one transaction. The connection is the owner's.
///
/// Whoever writes is waited for, for some seconds; that it takes longer passes by itself. Whoever was in
/// another epoch until then finds that it is over when it moves an offset or a file on: before that it
/// waits for our locks, and after it we wait for it.
pub async fn empty(owner: &mut Client) -> Result<i64, DatabaseError> {
    owner
        .batch_execute(SESSION)
        .await
        .map_err(|error| emptying(&error))?;
    owner
        .batch_execute("set lock_timeout = '5s'")
        .await
        .map_err(|error| emptying(&error))?;
    let prepared = Prepared::all(owner).await?;
    let transaction = owner
        .transaction()
        .await
        .map_err(|error| emptying(&error))?;
    let session = Session {
        transaction: &transaction,
        prepared: &prepared,
    };
    // In the order in which lanes of departments lock.
    session.lock_departments().await?;
    execute(&transaction, include_str!("../../sql/reset/lock.sql")).await?;
    let tables = query(&transaction, include_str!("../../sql/reset/tables.sql")).await?;
    let tables: &str = tables[0].get("tables");
    execute(&transaction, &format!("truncate {tables}")).await?;
    seed::write_unknown_members(&transaction)
        .await
        .map_err(|error| emptying(&error))?;
    let departments = query(
        &transaction,
        include_str!("../../sql/reset/departments.sql"),
    )
    .await?;
    let departments = departments
        .iter()
        .map(|row| (row.get("hospital_code"), row.get("department_code")));
    session.derive_departments(departments.collect()).await?;
    let epoch = query(&transaction, include_str!("../../sql/reset/next_epoch.sql")).await?;
    let epoch: i64 = epoch[0].get("epoch");
    transaction
        .commit()
        .await
        .map_err(|error| emptying(&error))?;
    Ok(epoch)
}

async fn execute(client: &impl GenericClient, sql: &str) -> Result<(), DatabaseError> {
    client
        .batch_execute(sql)
        .await
        .map_err(|error| emptying(&error))
}

async fn query(client: &impl GenericClient, sql: &str) -> Result<Vec<Row>, DatabaseError> {
    client
        .query(sql, &[])
        .await
        .map_err(|error| emptying(&error))
}

fn emptying(error: &tokio_postgres::Error) -> DatabaseError {
    DatabaseError::while_doing("empty the warehouse", error)
}
