//! The Kafka topics that a warehouse is loaded from, and the shards of patients.

use tokio_postgres::{Client, GenericClient};

use crate::DatabaseError;

/// One topic of one Kafka cluster, as the warehouse knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Short number in coordinates.
    pub topic_id: i16,
    /// Id of the Kafka cluster.
    pub cluster_id: String,
    /// Name, with its prefix.
    pub name: String,
    /// Number of partitions.
    pub partitions: u32,
}

impl Topic {
    /// Registers the topic at its first read, and makes as many shards as it has partitions; later,
    /// refuses another number of partitions, since keys would hash elsewhere.
    pub async fn register(
        client: &mut Client,
        cluster_id: &str,
        name: &str,
        partitions: u32,
    ) -> Result<Self, DatabaseError> {
        let failed = |error| DatabaseError::while_doing("register a topic", &error);
        let count = i32::try_from(partitions).unwrap_or(i32::MAX);
        // Dropped where the topic is refused, so that a refused one is not remembered.
        let client = client.transaction().await.map_err(failed)?;
        client
            .execute(
                include_str!("../sql/topic/register.sql"),
                &[&cluster_id, &name, &count],
            )
            .await
            .map_err(failed)?;
        make_shards(&client, partitions).await?;
        let row = client
            .query_one(include_str!("../sql/topic/find.sql"), &[&cluster_id, &name])
            .await
            .map_err(failed)?;
        let known: i32 = row.get("partitions");
        let shards: i32 = client
            .query_one(include_str!("../sql/topic/count_shards.sql"), &[])
            .await
            .map_err(failed)?
            .get(0);
        for (what, number) in [("loaded from", known), ("sharded by", shards)] {
            if number != count {
                return Err(DatabaseError::State(format!(
                    "topic {name} has {partitions} partitions, but this warehouse is {what} \
                     {number}: make the topic with {number} partitions, or load into a new database"
                )));
            }
        }
        client.commit().await.map_err(failed)?;
        Ok(Self {
            topic_id: row.get("topic_id"),
            cluster_id: cluster_id.to_owned(),
            name: name.to_owned(),
            partitions,
        })
    }
}

/// Makes the shards of patients where there are none yet.
pub(crate) async fn make_shards(
    client: &impl GenericClient,
    partitions: u32,
) -> Result<(), DatabaseError> {
    let count = i32::try_from(partitions).unwrap_or(i32::MAX);
    client
        .execute(include_str!("../sql/topic/make_shards.sql"), &[&count])
        .await
        .map_err(|error| DatabaseError::while_doing("make the shards of patients", &error))?;
    Ok(())
}
