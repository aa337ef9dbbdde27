//! Bronze: its daily partitions, and its records by coordinates.

use chrono::{DateTime, Utc};
use tokio_postgres::Client;

use crate::{DatabaseError, Topic};

/// How many days ahead partitions are made: a service that runs looks every hour, and one that
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

/// Where a record stands in Kafka, and when the broker appended it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coordinates {
    /// Partition of the topic.
    pub partition: i32,
    /// Offset in the partition.
    pub offset: i64,
    /// When the broker appended the record.
    pub received_at: DateTime<Utc>,
}

/// Whether bronze holds this very record: another log may have another one at the same offset.
pub async fn holds(
    client: &Client,
    topic: &Topic,
    at: Coordinates,
    key: Option<&[u8]>,
    payload: Option<&[u8]>,
) -> Result<bool, DatabaseError> {
    let row = client
        .query_opt(
            include_str!("../sql/bronze/find_record.sql"),
            &[
                &at.received_at.date_naive(),
                &topic.topic_id,
                &at.partition,
                &at.offset,
                &at.received_at,
            ],
        )
        .await
        .map_err(|error| DatabaseError::while_doing("find a record in bronze", &error))?;
    Ok(row.is_some_and(|row| {
        row.get::<_, Option<&[u8]>>("key") == key
            && row.get::<_, Option<&[u8]>>("payload") == payload
    }))
}
