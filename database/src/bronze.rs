//! Bronze: its daily partitions, and its records by coordinates.

use chrono::{DateTime, NaiveDate, Utc};
use platform::kafka::Found;
use tokio_postgres::Client;

use crate::DatabaseError;

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

/// Makes those of all days from one on, if that is less than a year ago.
pub async fn ensure_partitions_since(
    client: &Client,
    first_day: NaiveDate,
) -> Result<(), DatabaseError> {
    client
        .execute(
            include_str!("../sql/bronze/ensure_partitions_since.sql"),
            &[&first_day],
        )
        .await
        .map_err(|error| DatabaseError::while_doing("make partitions of bronze", &error))?;
    Ok(())
}

/// The broker's time of a record; the epoch where the topic keeps none that PostgreSQL can hold.
pub fn received_at(appended_at_ms: Option<i64>) -> DateTime<Utc> {
    // Year 9999: later ones could come only from a topic with timestamps by the producer.
    DateTime::from_timestamp_millis(appended_at_ms.unwrap_or(0))
        .filter(|time| time.timestamp() < 253_402_300_800)
        .unwrap_or_default()
}

/// Whether bronze holds this very record: another log may have another one at the same offset.
pub async fn holds(
    client: &Client,
    topic_id: i16,
    partition: i32,
    found: &Found,
) -> Result<bool, DatabaseError> {
    let received_at = received_at(found.appended_at_ms);
    let row = client
        .query_opt(
            include_str!("../sql/bronze/find_record.sql"),
            &[
                &received_at.date_naive(),
                &topic_id,
                &partition,
                &found.offset,
                &received_at,
            ],
        )
        .await
        .map_err(|error| DatabaseError::while_doing("find a record in bronze", &error))?;
    Ok(row.is_some_and(|row| {
        let key: Option<&[u8]> = row.get("key");
        // A key that names an erased patient is not kept.
        row.get("is_erased")
            || (key.is_none() || key == found.key.as_deref())
                && row.get::<_, Option<&[u8]>>("payload") == found.payload.as_deref()
    }))
}
