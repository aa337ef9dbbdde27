//! Dead letters: refused records that are still to be published, and the turn to publish them.

use tokio_postgres::{Client, Row};
use uuid::Uuid;

use crate::DatabaseError;

/// A refused record as Kafka gave it. The payload is identity, so there is no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its id in quarantine.
    pub quarantine_id: Uuid,
    /// Code of the rule that refused it.
    pub rule: String,
    /// Why, without any value of an identity field.
    pub reason: String,
    /// The topic that it came from.
    pub topic: String,
    /// Partition of that.
    pub partition: i32,
    /// Offset in that.
    pub offset: i64,
    /// Its value as it came.
    pub payload: Option<Vec<u8>>,
}

/// Takes the turn to publish, which stays with the connection. False where another has it.
pub async fn take_turn(client: &Client) -> Result<bool, DatabaseError> {
    let row = client
        .query_one(include_str!("../sql/letter/take_turn.sql"), &[])
        .await
        .map_err(failed("take the turn to publish dead letters"))?;
    Ok(row.get("is_ours"))
}

/// The oldest letters that are still to be published: at most so many, and no more once they hold so
/// many bytes.
pub async fn waiting(client: &Client, most: i64, bytes: i64) -> Result<Vec<Letter>, DatabaseError> {
    let rows = client
        .query(include_str!("../sql/letter/waiting.sql"), &[&most, &bytes])
        .await
        .map_err(failed("read dead letters"))?;
    Ok(rows.iter().map(Letter::from).collect())
}

/// Notes that Kafka has them.
pub async fn published(client: &Client, ids: &[Uuid]) -> Result<(), DatabaseError> {
    client
        .execute(include_str!("../sql/letter/published.sql"), &[&ids])
        .await
        .map_err(failed("note published dead letters"))?;
    Ok(())
}

fn failed(doing: &'static str) -> impl Fn(tokio_postgres::Error) -> DatabaseError {
    move |error| DatabaseError::while_doing(doing, &error)
}

impl From<&Row> for Letter {
    fn from(row: &Row) -> Self {
        Self {
            quarantine_id: row.get("quarantine_id"),
            rule: row.get("rule"),
            reason: row.get("reason"),
            topic: row.get("topic"),
            partition: row.get("partition"),
            offset: row.get("kafka_offset"),
            payload: row.get("payload"),
        }
    }
}
