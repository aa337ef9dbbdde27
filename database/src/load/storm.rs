use chrono::{DateTime, Utc};

use super::prepared::{BEGIN_STORM, END_STORMS};
use super::{Batch, Step};
use crate::DatabaseError;

impl Step<'_> {
    /// Notes which storms are over, and holds the partition in which one begins.
    pub(super) async fn write_storms<T>(
        &self,
        batch: &Batch<T>,
        now: DateTime<Utc>,
    ) -> Result<(), DatabaseError> {
        let topic_id = &self.topic.topic_id;
        if !batch.calms.is_empty() {
            let calms = batch.calms.iter();
            let (partitions, rules): (Vec<i32>, Vec<&str>) =
                calms.map(|calm| (calm.partition, &*calm.rule)).unzip();
            self.session
                .execute(
                    END_STORMS,
                    "end storms",
                    &[topic_id, &partitions, &rules, &now],
                )
                .await?;
        }
        if let Some(storm) = &batch.storm {
            self.session
                .execute(
                    BEGIN_STORM,
                    "hold a partition",
                    &[
                        topic_id,
                        &storm.partition,
                        &storm.rule,
                        &storm.offset,
                        &storm.refused,
                        &now,
                    ],
                )
                .await?;
        }
        Ok(())
    }
}
