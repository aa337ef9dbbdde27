//! Dead letters: refused records that are to be published, looked at, mended and sent again.

use chrono::{DateTime, Utc};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use crate::DatabaseError;

/// The header that names the letter which a record repeats, by its id in quarantine.
pub const HEADER: &str = "wardflow.letter";

/// The letter that a record repeats, by its headers: names and values in turn.
pub fn named_in<B: AsRef<[u8]>>(headers: &[Option<B>]) -> Option<Uuid> {
    let mut headers = headers.chunks_exact(2);
    let is_ours = |name: &B| name.as_ref() == HEADER.as_bytes();
    let header = headers.find(|header| header[0].as_ref().is_some_and(is_ours))?;
    let letter = std::str::from_utf8(header[1].as_ref()?.as_ref()).ok()?;
    letter.parse().ok()
}

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
    /// The letter that it repeats, where it does.
    pub retry_of: Option<Uuid>,
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

/// Which letters; what is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// These.
    pub ids: Option<Vec<Uuid>>,
    /// Those that a rule refused, by its code.
    pub rule: Option<String>,
    /// Those whose key begins with a hospital's code.
    pub hospital: Option<String>,
    /// Those in a state.
    pub state: Option<State>,
    /// Those that were refused then or later.
    pub since: Option<DateTime<Utc>>,
    /// Those that were refused before.
    pub until: Option<DateTime<Utc>>,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nothing yet.
    Open,
    /// It was sent again, and has not come.
    Redriven,
    /// It was sent again, and is loaded.
    Loaded,
    /// Nobody wants it.
    Discarded,
}

impl State {
    /// The word for it in `ops.quarantine`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Redriven => "redriven",
            Self::Loaded => "loaded",
            Self::Discarded => "discarded",
        }
    }
}

/// A letter without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its id in quarantine.
    pub quarantine_id: Uuid,
    /// Code of the rule that refused it last.
    pub rule: String,
    /// The field that the rule names.
    pub field: Option<String>,
    /// The field that the rule named which refused the letter itself, not one that repeats it.
    pub own_field: Option<String>,
    /// Why, without any value of an identity field.
    pub reason: String,
    /// How often it was tried.
    pub attempts: i32,
    /// What became of it, as `ops.quarantine` has it.
    pub state: String,
    /// When it was refused first.
    pub quarantined_at: DateTime<Utc>,
    /// The cluster that it came from, by its id.
    pub cluster_id: String,
    /// The topic of that.
    pub topic: String,
    /// Partition of that.
    pub partition: i32,
    /// Offset in that.
    pub offset: i64,
}

/// Key and value of a letter's record. They are identity, so there is no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Content {
    /// The key as it came.
    pub key: Option<Vec<u8>>,
    /// The value as it came.
    pub payload: Option<Vec<u8>>,
}

/// Letters that are looked for, the oldest first, at most so many.
pub async fn select(
    client: &Client,
    selection: &Selection,
    most: i64,
) -> Result<Vec<Refused>, DatabaseError> {
    let hospital = selection.hospital.as_ref();
    let begins = hospital.map(|code| format!("{code}:").into_bytes());
    let rows = client
        .query(
            include_str!("../sql/letter/select.sql"),
            &[
                &selection.ids,
                &selection.rule,
                &selection.state.map(State::as_str),
                &selection.since,
                &selection.until,
                &begins,
                &most,
            ],
        )
        .await
        .map_err(failed("look for dead letters"))?;
    Ok(rows.iter().map(Refused::from).collect())
}

/// What a letter's record holds; `None` where there is no such letter.
pub async fn content(client: &Client, id: Uuid) -> Result<Option<Content>, DatabaseError> {
    let row = client
        .query_opt(include_str!("../sql/letter/content.sql"), &[&id])
        .await
        .map_err(failed("read a dead letter"))?;
    Ok(row.map(|row| Content {
        key: row.get("key"),
        payload: row.get("payload"),
    }))
}

/// Notes that a letter was sent again, as it was looked at before. What came of it since counts.
pub async fn redriven(client: &Client, letter: &Refused) -> Result<(), DatabaseError> {
    client
        .execute(
            include_str!("../sql/letter/redriven.sql"),
            &[&letter.quarantine_id, &letter.attempts],
        )
        .await
        .map_err(failed("note that a dead letter was sent"))?;
    Ok(())
}

/// Whether none is to be published.
pub async fn all_are_published(client: &Client) -> Result<bool, DatabaseError> {
    let row = client
        .query_one(include_str!("../sql/letter/all_are_published.sql"), &[])
        .await
        .map_err(failed("look at the outbox of dead letters"))?;
    Ok(row.get("is_empty"))
}

/// Lets letters come from one of some states to another one; how many there were.
pub async fn change(
    client: &Client,
    ids: &[Uuid],
    (from, to): (&[State], State),
) -> Result<u64, DatabaseError> {
    let from: Vec<&str> = from.iter().map(|state| state.as_str()).collect();
    client
        .execute(
            include_str!("../sql/letter/change.sql"),
            &[&ids, &to.as_str(), &from],
        )
        .await
        .map_err(failed("note what became of dead letters"))
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
            retry_of: row.get("retry_of"),
            payload: row.get("payload"),
        }
    }
}

impl From<&Row> for Refused {
    fn from(row: &Row) -> Self {
        Self {
            quarantine_id: row.get("quarantine_id"),
            rule: row.get("rule"),
            field: row.get("field"),
            own_field: row.get("own_field"),
            reason: row.get("reason"),
            attempts: row.get("attempts"),
            state: row.get("state"),
            quarantined_at: row.get("quarantined_at"),
            cluster_id: row.get("cluster_id"),
            topic: row.get("topic"),
            partition: row.get("partition"),
            offset: row.get("kafka_offset"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_the_letter_by_its_id() {
        let id = Uuid::from_u128(7).to_string();
        let named = |headers: &[Option<&str>]| named_in(headers);
        let right = [Some("wardflow.run"), None, Some(HEADER), Some(&*id)];
        assert_eq!(named(&right), Some(Uuid::from_u128(7)));
        for wrong in [
            &[][..],
            &[Some(HEADER)],
            &[Some(HEADER), None],
            &[Some(HEADER), Some("x")],
            // A value is no name.
            &[Some("x"), Some(HEADER), Some(&*id), None],
        ] {
            assert_eq!(named(wrong), None, "{wrong:?}");
        }
    }
}
