//! Bronze's daily partitions.

use tokio_postgres::Client;

use crate::DatabaseError;

/// How many days ahead partitions are made: a service that runs looks once a day, and one that
/// stood still for a week writes to the default partition.
const DAYS_AHEAD: i32 = 7;

/// Makes the partitions of today and of the days ahead where they are missing.
pub async fn ensure_partitions(client: &Client) -> Result<(), DatabaseError> {
    client
        .execute(
            include_str!("../sql/bronze/ensure_partitions.sql"),
            &[&DAYS_AHEAD],
        )
        .await
        .map_err(|error| DatabaseError::while_doing("make partitions of bronze", &error))?;
    Ok(())
}
