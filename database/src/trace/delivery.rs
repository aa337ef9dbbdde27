use chrono::{DateTime, Utc};
use tokio_postgres::{Row, Transaction};
use uuid::Uuid;

use super::failed;
use super::target::LineTarget;
use crate::DatabaseError;

/// Where something came from.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// A Kafka record.
    Record {
        /// The topic, with its prefix.
        topic: String,
        /// The partition.
        partition: i32,
        /// The offset.
        offset: i64,
        /// The writer's schema, where the payload is framed.
        schema_id: Option<i32>,
        /// Size of the payload; `None` where there was none.
        bytes: Option<i64>,
        /// Its number in the producer's run, where it has one.
        ordinal: Option<i64>,
    },
    /// A line of a file.
    Line {
        /// Which one.
        line: LineTarget,
        /// SHA-256 of the uncompressed file, in hexadecimal digits.
        sha256: String,
        /// Path of the compressed copy below the archive folder.
        path: String,
    },
}

/// Why something is kept aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Quarantined {
    /// Code of the rule.
    pub rule: String,
    /// The field, if the rule is about one.
    pub field: Option<String>,
    /// Why, without any value of identity.
    pub reason: String,
    /// open, redriven, loaded or discarded.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
}

impl Quarantined {
    /// Of the columns of `ops.quarantine`, which are NULL where there is no row.
    pub(super) fn read(row: &Row) -> Option<Self> {
        Some(Self {
            rule: row.get::<_, Option<String>>("rule")?,
            field: row.get("field"),
            reason: row.get("reason"),
            state: row.get("state"),
            attempts: row.get("attempts"),
        })
    }
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Silver has it.
    Loaded,
    /// Silver had this content already; that of a line is not told by its hash.
    Duplicate(Option<Uuid>),
    /// A rule refused it.
    Quarantined(Quarantined),
    /// Its patient is to be forgotten.
    Erased,
    /// The file is still being loaded, and has not come to this line.
    Waiting,
    /// A line that says what the day before it said, which makes no row.
    Unchanged,
}

/// Something that came.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Where from.
    pub place: Place,
    /// When the broker appended the record, or the file was taken.
    pub received_at: DateTime<Utc>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Coordinates in bronze: topic, partition and offset.
pub(super) type Coordinates = (i16, i32, i64);

/// The Kafka records at some coordinates, in the order of their receipt.
pub(super) async fn deliveries(
    transaction: &Transaction<'_>,
    coordinates: &[Coordinates],
) -> Result<Vec<Delivery>, DatabaseError> {
    let topics: Vec<i16> = coordinates.iter().map(|(topic, ..)| *topic).collect();
    let partitions: Vec<i32> = coordinates
        .iter()
        .map(|(_, partition, _)| *partition)
        .collect();
    let offsets: Vec<i64> = coordinates.iter().map(|(.., offset)| *offset).collect();
    let sql = include_str!("../../sql/trace/deliveries.sql");
    let rows = transaction
        .query(sql, &[&topics, &partitions, &offsets])
        .await;
    let rows = rows.map_err(|error| failed(&error))?;
    Ok(rows.iter().map(delivery).collect())
}

fn delivery(row: &Row) -> Delivery {
    let repeats: Option<Uuid> = row.get("repeats");
    let outcome = match Quarantined::read(row) {
        Some(quarantined) => Outcome::Quarantined(quarantined),
        None if repeats.is_some() => Outcome::Duplicate(repeats),
        None if row.get("is_erased") => Outcome::Erased,
        None => Outcome::Loaded,
    };
    Delivery {
        place: Place::Record {
            topic: row.get("topic"),
            partition: row.get("partition"),
            offset: row.get("kafka_offset"),
            schema_id: row.get("schema_id"),
            bytes: row.get("bytes"),
            ordinal: row.get("ordinal"),
        },
        received_at: row.get("received_at"),
        outcome,
    }
}
