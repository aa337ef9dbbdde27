use chrono::{DateTime, Utc};
use domain::digest::first_uuid;
use sha2::{Digest, Sha256};
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::prepared::{
    COPY_DEAD_LETTERS, COPY_DUPLICATES, COPY_QUARANTINE, SETTLE_LOADED, SETTLE_REFUSED,
};
use super::{Batch, Incoming, Load, Origin, Repeated, Step};
use crate::DatabaseError;

const QUARANTINE_TYPES: [Type; 9] = [
    Type::UUID,
    Type::INT2,
    Type::INT4,
    Type::INT8,
    Type::DATE,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TIMESTAMPTZ,
];

const DEAD_LETTER_TYPES: [Type; 2] = [Type::UUID, Type::TIMESTAMPTZ];

const DUPLICATE_TYPES: [Type; 6] = [
    Type::INT2,
    Type::INT4,
    Type::INT8,
    Type::UUID,
    Type::UUID,
    Type::UUID,
];

impl Step<'_> {
    /// Notes the deliveries of what silver held already.
    pub(super) async fn write_duplicates(
        &self,
        duplicates: &[(Origin, Repeated)],
    ) -> Result<(), DatabaseError> {
        let rows = duplicates
            .iter()
            .map(|(origin, repeated)| (origin.coordinates(), repeated));
        self.session
            .copy(
                COPY_DUPLICATES,
                "note duplicates",
                &DUPLICATE_TYPES,
                rows,
                |(at, repeated)| {
                    vec![
                        &at.topic_id,
                        &at.partition,
                        &at.kafka_offset,
                        &repeated.patient_pseudonym,
                        &repeated.id.0,
                        &repeated.id.1,
                    ]
                },
            )
            .await?;
        Ok(())
    }

    /// Notes the records that a rule refused, by their coordinates in bronze, and that each is to be
    /// published as a dead letter.
    pub(super) async fn write_quarantine<T: Load>(
        &self,
        batch: &Batch<T>,
        now: DateTime<Utc>,
    ) -> Result<u64, DatabaseError> {
        let rows: Vec<_> = self
            .kept(batch)
            .filter_map(|record| {
                let refusal = record.outcome.as_ref().err()?;
                let id = self.quarantine_id(record);
                let received_on = record.received_at.date_naive();
                Some((
                    id,
                    self.topic.topic_id,
                    received_on,
                    record,
                    refusal,
                    refusal.rule.code,
                    now,
                ))
            })
            .collect();
        let ids: Vec<_> = rows.iter().map(|row| row.0).collect();
        let quarantined = self
            .session
            .copy(
                COPY_QUARANTINE,
                "quarantine records",
                &QUARANTINE_TYPES,
                rows.into_iter(),
                |(id, topic_id, received_on, record, refusal, rule, now)| {
                    vec![
                        id,
                        topic_id,
                        &record.partition,
                        &record.offset,
                        received_on,
                        rule,
                        &refusal.field,
                        &refusal.reason,
                        now,
                    ]
                },
            )
            .await?;
        let letters = ids.into_iter().map(|id| (id, now));
        self.session
            .copy(
                COPY_DEAD_LETTERS,
                "queue dead letters",
                &DEAD_LETTER_TYPES,
                letters,
                |(id, now)| vec![id, now],
            )
            .await?;
        Ok(quarantined)
    }
}

impl Step<'_> {
    /// Says of letters whose records have come again what became of them now.
    pub(super) async fn settle_redriven<T: Load>(
        &self,
        batch: &Batch<T>,
    ) -> Result<(), DatabaseError> {
        let (mut loaded, mut refused) = (Vec::new(), Vec::new());
        for record in self.kept(batch) {
            let Some(letter) = record.redrives else {
                continue;
            };
            match &record.outcome {
                Ok(_) => loaded.push(letter),
                Err(_) => refused.push((letter, self.quarantine_id(record))),
            }
        }
        // In one order, whoever else settles the same.
        loaded.sort_unstable();
        refused.sort_unstable();
        if !loaded.is_empty() {
            self.session
                .execute(SETTLE_LOADED, "settle dead letters", &[&loaded])
                .await?;
        }
        if !refused.is_empty() {
            let (letters, own): (Vec<Uuid>, Vec<Uuid>) = refused.into_iter().unzip();
            self.session
                .execute(SETTLE_REFUSED, "settle dead letters", &[&letters, &own])
                .await?;
        }
        Ok(())
    }

    fn quarantine_id<T>(&self, record: &Incoming<T>) -> Uuid {
        let topic = (&*self.topic.cluster_id, &*self.topic.name);
        quarantine_id(topic, (record.partition, record.offset))
    }
}

/// The id of a quarantined record follows from its coordinates, which begin with the cluster and the topic by name.
pub(crate) fn quarantine_id(
    (cluster_id, topic): (&str, &str),
    (partition, offset): (i32, i64),
) -> Uuid {
    let text = format!("{cluster_id}|{topic}|{partition}|{offset}");
    first_uuid(&Sha256::digest(text.as_bytes()).into())
}
