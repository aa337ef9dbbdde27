use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use tokio_postgres::Transaction;

/// What came of a topic or of a kind of file on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceivedOnDay {
    /// The topic, or the kind of file.
    pub source: String,
    /// Day of receipt, in UTC.
    pub day: NaiveDate,
    /// Records, or lines.
    pub inputs: i64,
    /// When the last of them came.
    pub latest_at: DateTime<Utc>,
}

/// What came, by source and day.
pub(super) async fn received(
    transaction: &Transaction<'_>,
) -> Result<Vec<ReceivedOnDay>, tokio_postgres::Error> {
    let rows = transaction
        .query(include_str!("../../sql/report/received.sql"), &[])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(ReceivedOnDay {
                source: row.try_get("source")?,
                day: row.try_get("day")?,
                inputs: row.try_get("inputs")?,
                latest_at: row.try_get("latest_at")?,
            })
        })
        .collect()
}
