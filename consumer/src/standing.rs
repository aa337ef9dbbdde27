use database::storm::{self, Storm};
use database::{DatabaseError, Topic, offset};
use tokio_postgres::Client;

use crate::weather::{SPAN, Weather};

/// Where the warehouse stands in a partition.
#[derive(Debug)]
pub(crate) struct Standing {
    /// The offset of the next record to load.
    pub(crate) next: i64,
    /// What rules refused of the records before it.
    pub(crate) weather: Weather,
    /// The storm that holds the partition.
    pub(crate) storm: Option<Storm>,
}

impl Standing {
    /// At the first record that is ever read of a partition.
    pub(crate) fn at_the_beginning(next: i64) -> Self {
        Self {
            next,
            weather: Weather::default(),
            storm: None,
        }
    }

    /// What the warehouse says; `None` before the first read of the partition.
    pub(crate) async fn read(
        client: &Client,
        topic: &Topic,
        partition: i32,
    ) -> Result<Option<Self>, DatabaseError> {
        // Storms come last: with an offset that moved meanwhile the next compare-and-swap fails, and all is read again.
        let next = offset::next_offset(client, &topic.cluster_id, &topic.name, partition).await?;
        let Some(next) = next else {
            return Ok(None);
        };
        let refused = storm::refusals(client, topic, partition, next - SPAN).await?;
        let storms = storm::of_partition(client, topic, partition).await?;
        Ok(Some(Self {
            next,
            weather: Weather::new(refused, &storms),
            storm: storms.into_iter().find(|storm| storm.is_held),
        }))
    }
}
