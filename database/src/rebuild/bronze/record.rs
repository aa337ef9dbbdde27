//! A Kafka record as bronze has it.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::{Error, Row};

use super::super::portion::Coordinates;

/// A record, and what the books say of it that counts. It is identity, so there is no `Debug`.
pub(super) struct BronzeRecord<'r> {
    pub(super) coordinates: Coordinates,
    pub(super) received_on: NaiveDate,
    pub(super) received_at: DateTime<Utc>,
    pub(super) schema_id: Option<i32>,
    pub(super) key: Option<&'r [u8]>,
    pub(super) payload: Option<&'r [u8]>,
    pub(super) headers: Option<Vec<Option<&'r [u8]>>>,
    /// Code of the rule by which it is in quarantine.
    pub(super) refused_by: Option<&'r str>,
    /// Whether its letter was discarded, or sent again until it was loaded.
    pub(super) is_decided: bool,
    /// Whether it is an erased patient's: nothing but coordinates is left of it.
    pub(super) is_erased: bool,
}

impl<'r> BronzeRecord<'r> {
    /// A row of `records.sql`.
    pub(super) fn of(row: &'r Row) -> Result<Self, Error> {
        Ok(Self {
            coordinates: (
                row.try_get("topic_id")?,
                row.try_get("partition")?,
                row.try_get("kafka_offset")?,
            ),
            received_on: row.try_get("received_on")?,
            received_at: row.try_get("received_at")?,
            schema_id: row.try_get("schema_id")?,
            key: row.try_get("key")?,
            payload: row.try_get("payload")?,
            headers: row.try_get("headers")?,
            refused_by: row.try_get("refused_by")?,
            is_decided: row.try_get("is_decided")?,
            is_erased: row.try_get("is_erased")?,
        })
    }

    /// What it takes in memory, nearly.
    pub(super) fn bytes(&self) -> usize {
        let headers = self.headers.iter().flatten().flatten().copied();
        let parts = headers.chain(self.key).chain(self.payload);
        parts.map(<[u8]>::len).sum()
    }
}
