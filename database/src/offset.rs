//! How far each partition is loaded.
//!
//! Offsets live in the warehouse and move, by compare-and-swap, in the transaction that writes the
//! rows ([`crate::load`]): so each record is loaded exactly once, whatever crashes when, and a
//! lane that lost its partition to another cannot write. Kafka's own committed offsets play no
//! part in it.

use std::collections::BTreeMap;

use tokio_postgres::{Client, GenericClient};

use crate::{DatabaseError, Topic};

/// The offset of the next record to load, `None` before the first read of the partition.
pub async fn next_offset(
    client: &impl GenericClient,
    cluster_id: &str,
    topic: &str,
    partition: i32,
) -> Result<Option<i64>, DatabaseError> {
    let row = client
        .query_opt(
            include_str!("../sql/offset/next.sql"),
            &[&cluster_id, &topic, &partition],
        )
        .await
        .map_err(|error| DatabaseError::while_doing("read an offset", &error))?;
    Ok(row.map(|row| row.get(0)))
}

/// The next offset to load of each partition of a topic that was ever read.
pub async fn next_offsets(
    client: &Client,
    cluster_id: &str,
    topic: &str,
) -> Result<BTreeMap<i32, i64>, DatabaseError> {
    let rows = client
        .query(
            include_str!("../sql/offset/next_of_topic.sql"),
            &[&cluster_id, &topic],
        )
        .await
        .map_err(|error| DatabaseError::while_doing("read the stored offsets", &error))?;
    let next = rows
        .iter()
        .map(|row| (row.get("partition"), row.get("next_offset")));
    Ok(next.collect())
}

/// Notes where the first read of a partition begins; where it has begun already, or in another epoch,
/// nothing changes.
pub async fn begin(
    client: &impl GenericClient,
    topic: &Topic,
    partition: i32,
    first_offset: i64,
) -> Result<(), DatabaseError> {
    client
        .execute(
            include_str!("../sql/offset/begin.sql"),
            &[
                &topic.cluster_id,
                &topic.name,
                &partition,
                &first_offset,
                &topic.epoch,
            ],
        )
        .await
        .map_err(|error| DatabaseError::while_doing("begin a partition", &error))?;
    Ok(())
}
