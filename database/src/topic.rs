//! The Kafka topics that a warehouse is loaded from, and the shards of patients.

use tokio_postgres::{Client, GenericClient, Transaction};

use crate::DatabaseError;
use crate::simulation::open_epoch;

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
    /// The epoch in which it is read: in another one its offsets mean other records.
    pub epoch: i64,
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
        Self::register_as(client, cluster_id, name, partitions, true).await
    }

    /// Registers a topic that holds no patients, and so has no shards.
    pub async fn register_without_patients(
        client: &mut Client,
        cluster_id: &str,
        name: &str,
        partitions: u32,
    ) -> Result<Self, DatabaseError> {
        Self::register_as(client, cluster_id, name, partitions, false).await
    }

    async fn register_as(
        client: &mut Client,
        cluster_id: &str,
        name: &str,
        partitions: u32,
        holds_patients: bool,
    ) -> Result<Self, DatabaseError> {
        let failed = |error| DatabaseError::while_doing("register a topic", &error);
        let count = i32::try_from(partitions).unwrap_or(i32::MAX);
        // Dropped where the topic is refused, so that a refused one is not remembered.
        let client = client.transaction().await.map_err(failed)?;
        let epoch = open_epoch(&client).await?;
        client
            .execute(
                include_str!("../sql/topic/register.sql"),
                &[&cluster_id, &name, &count, &holds_patients],
            )
            .await
            .map_err(failed)?;
        let row = client
            .query_one(include_str!("../sql/topic/find.sql"), &[&cluster_id, &name])
            .await
            .map_err(failed)?;
        let known: i32 = row.get("partitions");
        let shards = if holds_patients {
            shards(&client, count).await?
        } else {
            count
        };
        for (what, number) in [("loaded from", known), ("sharded by", shards)] {
            if number != count {
                return Err(other_partitions((name, partitions), what, number));
            }
        }
        client.commit().await.map_err(failed)?;
        Ok(Self {
            topic_id: row.get("topic_id"),
            cluster_id: cluster_id.to_owned(),
            name: name.to_owned(),
            partitions,
            epoch,
        })
    }

    /// Errs where the topic has come to have another number of partitions.
    pub fn require_partitions(&self, found: usize) -> Result<(), DatabaseError> {
        let found = u32::try_from(found).unwrap_or(u32::MAX);
        if found == self.partitions {
            return Ok(());
        }
        let known = i32::try_from(self.partitions).unwrap_or(i32::MAX);
        Err(other_partitions((&self.name, found), "loaded from", known))
    }
}

fn other_partitions((name, found): (&str, u32), what: &str, known: i32) -> DatabaseError {
    DatabaseError::State(format!(
        "topic {name} has {found} partitions, but this warehouse is {what} {known}: make the topic with {known} \
         partitions, or load into a new database"
    ))
}

/// The number of shards, which are made as many as a first topic has partitions.
async fn shards(client: &Transaction<'_>, partitions: i32) -> Result<i32, DatabaseError> {
    make_shards(client, partitions.unsigned_abs()).await?;
    let row = client
        .query_one(include_str!("../sql/topic/count_shards.sql"), &[])
        .await
        .map_err(|error| DatabaseError::while_doing("count the shards of patients", &error))?;
    Ok(row.get(0))
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
