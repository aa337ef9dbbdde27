//! What a warehouse holds, as somebody may ask every second: nothing is counted for it.

use tokio_postgres::Client;

use crate::DatabaseError;

/// How full a warehouse is, nearly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gauge {
    /// Rows of bronze.
    pub bronze: u64,
    /// Rows of silver.
    pub silver: u64,
    /// Rows of gold, but for the calendar.
    pub gold: u64,
    /// Records and lines in quarantine.
    pub quarantined: u64,
    /// Files that are loaded to their end; this is exact.
    pub files: u64,
}

/// Reads how full the warehouse is from PostgreSQL's own statistics.
pub async fn gauge(client: &Client) -> Result<Gauge, DatabaseError> {
    let row = client
        .query_one(include_str!("../sql/gauge/layers.sql"), &[])
        .await
        .map_err(|error| DatabaseError::while_doing("read statistics", &error))?;
    let number = |name| row.get::<_, i64>(name).unsigned_abs();
    Ok(Gauge {
        bronze: number("bronze"),
        silver: number("silver"),
        gold: number("gold"),
        quarantined: number("quarantined"),
        files: number("files"),
    })
}
