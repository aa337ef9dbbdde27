//! Storms: a rule refuses so much of a partition that it stands still until somebody lets it on.
//!
//! Who loads judges when one begins ([`Onset`]) and when it is over ([`Calm`]), and writes that with the batch. While
//! a storm holds a partition, the compare-and-swap of its offset moves nothing, whoever tries.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use tokio_postgres::{Client, Row};

use crate::{DatabaseError, Topic};

/// The beginning of a storm: a record that is one too many that a rule refuses. Nothing after it is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onset {
    /// The partition.
    pub partition: i32,
    /// The rule's code.
    pub rule: &'static str,
    /// The record's offset.
    pub offset: i64,
    /// How many of the last records the rule has refused.
    pub refused: i32,
}

/// The end of a storm that was let on: the rule refuses little again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calm {
    /// The partition.
    pub partition: i32,
    /// The rule's code.
    pub rule: String,
}

/// A storm that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storm {
    /// The topic's number in coordinates.
    pub topic_id: i16,
    /// Id of the Kafka cluster.
    pub cluster_id: String,
    /// The topic's name.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The rule's code.
    pub rule: String,
    /// Offset of the record that was one too many.
    pub offset: i64,
    /// How many of the last records the rule had refused.
    pub refused: i32,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// Whether it holds the partition; otherwise somebody has let it on.
    pub is_held: bool,
}

/// The storms of a partition that are not over.
pub async fn of_partition(
    client: &Client,
    topic: &Topic,
    partition: i32,
) -> Result<Vec<Storm>, DatabaseError> {
    let sql = include_str!("../sql/storm/of_partition.sql");
    let rows = client.query(sql, &[&topic.topic_id, &partition]).await;
    let rows = rows.map_err(failed("read the storms of a partition"))?;
    Ok(rows.iter().map(Storm::from).collect())
}

/// The storms that are not over, of all topics.
pub async fn open(client: &Client) -> Result<Vec<Storm>, DatabaseError> {
    let rows = client
        .query(include_str!("../sql/storm/open.sql"), &[])
        .await
        .map_err(failed("read which storms there are"))?;
    Ok(rows.iter().map(Storm::from).collect())
}

/// Those of them that hold a partition.
pub async fn holding(client: &Client) -> Result<Vec<Storm>, DatabaseError> {
    let mut storms = open(client).await?;
    storms.retain(|storm| storm.is_held);
    Ok(storms)
}

/// The refused records of a partition from an offset on, in their order: each with the rule's code.
pub async fn refusals(
    client: &Client,
    topic: &Topic,
    partition: i32,
    from: i64,
) -> Result<Vec<(i64, String)>, DatabaseError> {
    let sql = include_str!("../sql/storm/refusals.sql");
    let rows = client
        .query(sql, &[&topic.topic_id, &partition, &from])
        .await
        .map_err(failed("read what was refused of a partition"))?;
    let refusals = rows
        .iter()
        .map(|row| (row.get("kafka_offset"), row.get("rule")));
    Ok(refusals.collect())
}

/// Lets a partition on, whatever the rule refuses of it from now on, until the storm is over. False where
/// somebody else has done so meanwhile.
pub async fn accept(
    client: &Client,
    storm: &Storm,
    now: DateTime<Utc>,
) -> Result<bool, DatabaseError> {
    let accepted = client
        .execute(
            include_str!("../sql/storm/accept.sql"),
            &[
                &storm.topic_id,
                &storm.partition,
                &storm.rule,
                &storm.offset,
                &now,
            ],
        )
        .await
        .map_err(failed("let a partition on"))?;
    Ok(accepted > 0)
}

impl Storm {
    /// For programs.
    pub fn to_json(&self) -> Value {
        json!({
            "topic": self.topic,
            "partition": self.partition,
            "offset": self.offset,
            "rule": self.rule,
            "refused": self.refused,
            "is_held": self.is_held,
            "began_at": self.began_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        })
    }
}

fn failed(doing: &'static str) -> impl Fn(tokio_postgres::Error) -> DatabaseError {
    move |error| DatabaseError::while_doing(doing, &error)
}

impl From<&Row> for Storm {
    fn from(row: &Row) -> Self {
        Self {
            topic_id: row.get("topic_id"),
            cluster_id: row.get("cluster_id"),
            topic: row.get("topic"),
            partition: row.get("partition"),
            rule: row.get("rule"),
            offset: row.get("kafka_offset"),
            refused: row.get("refused"),
            began_at: row.get("began_at"),
            is_held: row.get("is_held"),
        }
    }
}
