//! The way of one record: where it came from, what the rules did, what silver holds of it, and the rows of
//! gold that depend on it.
//!
//! What depends on a record is what differs between the fold of all of its patient's records and the fold of
//! all others. So a record that only repeats what others say depends on nothing, however it was loaded.
//! Pseudonyms, codes and coordinates are told, never identity.

mod delivery;
mod effect;
mod kind;
mod line;
mod render;
mod row;
mod target;

use domain::history::PatientRecords;
use tokio_postgres::{Client, Row, Transaction};
use uuid::Uuid;

pub use delivery::{Delivery, Outcome, Place, Quarantined};
pub use effect::Effect;
pub use render::render;
pub use row::{Change, Columns, Difference};
pub use target::{LineTarget, Target};

use crate::connect::snapshot;
use crate::load::{Prepared, Session};
use crate::{DatabaseError, migrate};
use delivery::{Coordinates, deliveries};
use effect::Patient;

/// The way of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// What was asked for.
    pub target: Target,
    /// All that came under its id, in the order of receipt; of a line that alone.
    pub deliveries: Vec<Delivery>,
    /// What silver holds of it: a row for each content.
    pub records: Vec<TracedRecord>,
}

/// A row of silver, and what depends on it.
#[derive(Debug, Clone, PartialEq)]
pub struct TracedRecord {
    /// The table, with its schema.
    pub table: &'static str,
    /// The row.
    pub columns: Columns,
    /// Codes of the rules that repaired it.
    pub repairs: Vec<String>,
    /// What depends on it; `None` of what states a member of staff or a department, whose versions
    /// follow from more than it.
    pub effect: Option<Effect>,
    /// Why it has no part in gold where it has none, and whatever else is to be said.
    pub notes: Vec<String>,
}

impl Trace {
    /// For programs.
    pub fn to_json(&self) -> serde_json::Value {
        render::to_json(self)
    }
}

/// The statements that find what came under an id.
const BY_ID: [(&str, &str); 3] = [
    (
        "silver.adt_record",
        include_str!("../sql/trace/adt_record.sql"),
    ),
    (
        "silver.staff_statement",
        include_str!("../sql/trace/staff_statement.sql"),
    ),
    (
        "silver.department_statement",
        include_str!("../sql/trace/department_statement.sql"),
    ),
];

/// Follows a record through the warehouse. One that is not there is an error that says so.
pub async fn trace(client: &mut Client, target: &Target) -> Result<Trace, DatabaseError> {
    migrate::require_current(client).await?;
    let prepared = Prepared::all(client).await?;
    let transaction = snapshot(client).await?;
    transaction
        .batch_execute(include_str!("../sql/trace/settings.sql"))
        .await
        .map_err(|error| failed(&error))?;
    let session = Session {
        transaction: &transaction,
        prepared: &prepared,
    };
    let (deliveries, records) = match target {
        Target::Event(id) => by_id(&session, *id).await?,
        Target::Line(line) => line::by_line(&session, line).await?,
        Target::Offset {
            topic,
            partition,
            offset,
        } => by_offset(&session, topic, *partition, *offset).await?,
    };
    transaction
        .rollback()
        .await
        .map_err(|error| failed(&error))?;
    Ok(Trace {
        target: target.clone(),
        deliveries,
        records,
    })
}

/// What is said of a statement about a member of a dimension.
const FROM_ALL_STATEMENTS: &str =
    "the versions of its member follow from all statements about it (docs/history.md)";

type Found = (Vec<Delivery>, Vec<TracedRecord>);

async fn by_id(session: &Session<'_>, id: Uuid) -> Result<Found, DatabaseError> {
    let transaction = session.transaction;
    let sql = include_str!("../sql/trace/other_deliveries.sql");
    let others = transaction
        .query(sql, &[&id])
        .await
        .map_err(|error| failed(&error))?;
    let mut coordinates: Vec<Coordinates> = others.iter().filter_map(coordinates_of).collect();
    let (mut lines, mut records) = (Vec::new(), Vec::new());
    for (table, sql) in BY_ID {
        let rows = transaction
            .query(sql, &[&id])
            .await
            .map_err(|error| failed(&error))?;
        for row in &rows {
            coordinates.extend(coordinates_of(row));
            if let (Some(file_id), Some(line)) = (row.get("file_id"), row.get("line")) {
                lines.push(line::delivery_of(transaction, file_id, line).await?);
            }
            records.push(record(session, table, id, row).await?);
        }
    }
    if !records.is_empty() || !coordinates.is_empty() {
        let mut received = deliveries(transaction, &coordinates).await?;
        received.extend(lines);
        received.sort_by_key(|it| it.received_at);
        return Ok((received, records));
    }
    match line::of_statement(transaction, id).await? {
        Some(line) => line::by_line(session, &line).await,
        None => Err(DatabaseError::State(format!(
            "no event {id} in this warehouse: it was not received yet, or by another one"
        ))),
    }
}

/// Coordinates of Kafka, where the row has them.
fn coordinates_of(row: &Row) -> Option<Coordinates> {
    let topic: Option<i16> = row.get("topic_id");
    Some((topic?, row.get("partition"), row.get("kafka_offset")))
}

async fn by_offset(
    session: &Session<'_>,
    topic: &str,
    partition: i32,
    offset: i64,
) -> Result<Found, DatabaseError> {
    let transaction = session.transaction;
    let query = async |sql, parameters: &[&(dyn tokio_postgres::types::ToSql + Sync)]| {
        transaction
            .query(sql, parameters)
            .await
            .map_err(|error| failed(&error))
    };
    let partitions = query(
        include_str!("../sql/trace/partition.sql"),
        &[&topic, &partition],
    )
    .await?;
    let mut found = Vec::new();
    for row in &partitions {
        let topic_id: i16 = row.get("topic_id");
        let at = (topic_id, partition, offset);
        let sql = include_str!("../sql/trace/id_at_offset.sql");
        let ids = query(sql, &[&topic_id, &partition, &offset]).await?;
        if let Some(row) = ids.first() {
            return Box::pin(by_id(session, row.get("id"))).await;
        }
        found.extend(deliveries(transaction, &[at]).await?);
    }
    let next = partitions
        .iter()
        .map(|row| row.get::<_, i64>("next_offset"))
        .max();
    match next {
        _ if !found.is_empty() => Ok((found, Vec::new())),
        Some(next) if next > offset => Err(DatabaseError::State(format!(
            "the log held no record at {topic}/{partition}/{offset} when it was read: markers of transactions \
             and compaction leave holes, and reading may have begun later"
        ))),
        Some(next) => Err(DatabaseError::State(format!(
            "{topic}/{partition}/{offset} was not received yet: the partition is loaded up to offset {next}"
        ))),
        None => Err(DatabaseError::State(format!(
            "this warehouse has never read partition {partition} of a topic {topic}"
        ))),
    }
}

/// A content of an event or statement, and what depends on it.
async fn record(
    session: &Session<'_>,
    table: &'static str,
    id: Uuid,
    row: &Row,
) -> Result<TracedRecord, DatabaseError> {
    let mut traced = TracedRecord {
        table,
        columns: Columns::read(row)?,
        repairs: row.get("repairs"),
        effect: None,
        notes: Vec::new(),
    };
    let Some(patient) = row.get::<_, Option<Uuid>>("patient_pseudonym") else {
        traced.notes.push(FROM_ALL_STATEMENTS.to_owned());
        return Ok(traced);
    };
    let content_hash: Uuid = row.get("content_hash");
    let held = Patient::read(session, patient, row.get("hospital_code")).await?;
    let is_it = |event: Uuid, content: Uuid| event == id && content == content_hash;
    let effect = held
        .effect(
            session,
            patient,
            Some(id),
            |records: &mut PatientRecords<'_>| {
                let events = &mut records.events;
                events.retain(|it| !is_it(it.event_id, it.content_hash));
            },
        )
        .await?;
    let mut contents = held.records().events;
    contents.retain(|it| it.event_id == id);
    let counting = contents
        .iter()
        .max_by_key(|it| (it.recorded_at, it.content_hash));
    match counting {
        Some(counting) if counting.content_hash != content_hash => traced.notes.push(format!(
            "does not count: of several contents under one event id the one that was entered last does, here {}",
            counting.content_hash
        )),
        _ => traced.notes.extend(nothing_but_said(&effect)),
    }
    traced.effect = Some(effect);
    Ok(traced)
}

/// Why nothing depends on a record that counts.
fn nothing_but_said(effect: &Effect) -> Option<String> {
    effect.changes.is_empty().then(|| {
        "gold would be the same without it: other records say the same, or later ones say otherwise".into()
    })
}

fn failed(error: &tokio_postgres::Error) -> DatabaseError {
    DatabaseError::while_doing("trace a record", error)
}

/// Reads a row of silver by its line.
async fn query(
    transaction: &Transaction<'_>,
    sql: &str,
    file_id: i64,
    line: i64,
) -> Result<Vec<Row>, DatabaseError> {
    let rows = transaction.query(sql, &[&file_id, &line]).await;
    rows.map_err(|error| failed(&error))
}
