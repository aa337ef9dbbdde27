use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::record::CleanedEvent;
use domain::rule::Rule;
use domain::shard::shard_of;
use uuid::Uuid;

use super::{Batch, Load, Loaded, Origin, Repeated, Step};
use crate::DatabaseError;

impl Load for CleanedEvent {
    const IS_OF_PATIENTS: bool = true;

    fn patient(&self) -> Option<Uuid> {
        Some(self.record.patient_pseudonym)
    }

    fn recorded_at(&self) -> Option<DateTime<Utc>> {
        Some(self.record.recorded_at)
    }

    fn repairs(&self) -> &[&'static Rule] {
        &self.record.repairs
    }

    fn has_key(&self, key: &[u8]) -> bool {
        let number = key.strip_prefix(self.record.hospital_code.as_bytes());
        let number = number.and_then(|rest| rest.strip_prefix(b":"));
        number == Some(self.identity.patient_id.as_bytes())
    }

    async fn lock(step: &Step<'_>, batch: &Batch<Self>) -> Result<(), DatabaseError> {
        let events = batch
            .records
            .iter()
            .filter_map(|record| record.outcome.as_ref().ok());
        // Of a refused record the partition tells the shard: whoever erases waits for it too.
        let of_partitions = batch.swaps.iter().map(|swap| swap.partition);
        let shards: BTreeSet<i32> = events
            .map(|event| {
                let shard = shard_of(
                    &event.record.hospital_code,
                    &event.identity.patient_id,
                    step.topic.partitions,
                );
                i32::try_from(shard).unwrap_or(i32::MAX)
            })
            .chain(of_partitions)
            .collect();
        let shards: Vec<i32> = shards.into_iter().collect();
        step.session.lock_shards(&shards).await
    }

    async fn write(step: &Step<'_>, batch: &Batch<Self>) -> Result<Loaded, DatabaseError> {
        let silver = step.write_silver(batch).await?;
        step.write_vault(&silver).await?;
        step.write_census_witnesses(&silver).await?;
        let patients = silver.patients_with_news();
        let departments = &step.reference.departments;
        let was_known = |patient| silver.knew(patient);
        let folded = step.session.fold(patients, was_known, departments);
        let derived_rows = folded.await?;
        let duplicates = silver.duplicates.iter().map(|(record, event)| {
            let origin = Origin::Kafka {
                topic_id: step.topic.topic_id,
                partition: record.partition,
                offset: record.offset,
            };
            let repeated = Repeated {
                patient_pseudonym: Some(event.record.patient_pseudonym),
                id: (event.record.event_id, event.record.content_hash),
            };
            (origin, repeated)
        });
        let duplicates: Vec<_> = duplicates.collect();
        step.write_duplicates(&duplicates).await?;
        Ok(Loaded {
            loaded: silver.new.len() as u64,
            duplicates: duplicates.len() as u64,
            derived_rows,
            ..Loaded::default()
        })
    }
}
