//! What the layers of the warehouse hold of a patient.

use std::pin::pin;

use chrono::{DateTime, Utc};
use domain::dimension_key::unknown_member_key;
use domain::pseudonym::PseudonymKey;
use domain::shard::shard_of;
use futures::TryStreamExt as _;
use platform::kafka::Topic;
use tokio_postgres::GenericClient;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::{Eraser, Patient, failed};
use crate::load::{Prepared, SESSION, Session};
use crate::refold::{shards, wait_for_others};
use crate::{DatabaseError, census};

/// Shorter words stand in records of anybody.
const WORD_BYTES_MIN: usize = 5;

/// Topic, partition and offset.
type Coordinates = (i16, i32, i64);

impl Eraser {
    /// Has everybody obey from now on, and takes the patient from silver, gold and the vault. Whoever
    /// loaded without knowing has ended then.
    pub(super) async fn erase_rows(
        &mut self,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), DatabaseError> {
        let failed = |error: tokio_postgres::Error| failed(&error);
        let client = &mut self.client;
        client.batch_execute(SESSION).await.map_err(failed)?;
        let prepared = Prepared::all(client).await?;
        let shards = shards(client).await?;
        let transaction = client.transaction().await.map_err(failed)?;
        let session = Session {
            transaction: &transaction,
            prepared: &prepared,
        };
        let hospital_code = &self.patient.hospital_code;
        if let Ok(count @ 1..) = u32::try_from(shards.len()) {
            let shard = shard_of(hospital_code, &self.patient.number, count);
            session.lock_shards(&[shard.cast_signed()]).await?;
        }
        let patient = self.patient.pseudonym;
        session.lock_table("dim_person").await?;
        let person = person(&transaction, patient).await?;
        let parameters: [&(dyn ToSql + Sync); 5] =
            [&patient, hospital_code, &reason, &now, &person];
        let request = include_str!("../../sql/erase/request.sql");
        if transaction
            .execute(request, &parameters)
            .await
            .map_err(failed)?
            > 0
        {
            session.next_version().await?;
        }
        let words = words(&transaction, &self.key, (&self.patient, person)).await?;
        let write_words = include_str!("../../sql/erase/write_words.sql");
        transaction
            .execute(write_words, &[&words, &patient])
            .await
            .map_err(failed)?;
        session.erase(patient, (hospital_code, person)).await?;
        transaction.commit().await.map_err(failed)?;
        self.erased = self.patient.with(person, words);
        wait_for_others(client, &prepared, &shards).await?;
        // A lane's settings are not those of who reads large tables as a whole.
        client.batch_execute("reset all").await.map_err(failed)
    }

    /// The refused Kafka records that name the patient.
    pub(super) async fn refused_records(&self) -> Result<Vec<Coordinates>, DatabaseError> {
        let failed = |error: tokio_postgres::Error| failed(&error);
        let refused = include_str!("../../sql/erase/refused.sql");
        let none: [&(dyn ToSql + Sync); 0] = [];
        let rows = self.client.query_raw(refused, none).await.map_err(failed)?;
        let mut rows = pin!(rows);
        let mut found = Vec::new();
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            if let Some(Topic::Staff | Topic::Departments) = Topic::of_name(row.get("topic")) {
                continue;
            }
            let (key, payload) = (row.get("key"), row.get("payload"));
            if self.cleaner.mentioned(&self.erased, key, payload).is_some() {
                found.push((
                    row.get("topic_id"),
                    row.get("partition"),
                    row.get("kafka_offset"),
                ));
            }
        }
        Ok(found)
    }

    /// Takes what the patient's records hold from bronze.
    pub(super) async fn erase_bronze(&mut self) -> Result<(), DatabaseError> {
        let failed = |error: tokio_postgres::Error| failed(&error);
        let refused = self.refused_records().await?;
        let topics: Vec<i16> = refused.iter().map(|it| it.0).collect();
        let partitions: Vec<i32> = refused.iter().map(|it| it.1).collect();
        let offsets: Vec<i64> = refused.iter().map(|it| it.2).collect();
        let patient = self.patient.pseudonym;
        let key = format!("{}:{}", self.patient.hospital_code, self.patient.number);
        let transaction = self.client.transaction().await.map_err(failed)?;
        let steps: [(&str, &[&(dyn ToSql + Sync)]); 3] = [
            (
                include_str!("../../sql/erase/release.sql"),
                &[&patient, &topics, &partitions, &offsets],
            ),
            (
                include_str!("../../sql/erase/clear_bronze.sql"),
                &[&patient],
            ),
            (
                include_str!("../../sql/erase/clear_keys.sql"),
                &[&key.as_bytes()],
            ),
        ];
        for (sql, parameters) in steps {
            transaction.execute(sql, parameters).await.map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }

    /// Takes members of staff from the vault whom the patient's records alone named.
    pub(super) async fn erase_staff(&mut self) -> Result<(), DatabaseError> {
        let failed = |error: tokio_postgres::Error| failed(&error);
        let unnamed = include_str!("../../sql/erase/unnamed_staff.sql");
        // Mostly there are none, and nobody has to wait.
        if self.query(unnamed, &[]).await?.is_empty() {
            return Ok(());
        }
        let transaction = self.client.transaction().await.map_err(failed)?;
        let lock = include_str!("../../sql/erase/lock_staff.sql");
        transaction.execute(lock, &[]).await.map_err(failed)?;
        let staff = transaction.query(unnamed, &[]).await.map_err(failed)?;
        let staff: Vec<Uuid> = staff.iter().map(|row| row.get(0)).collect();
        let delete = include_str!("../../sql/erase/staff.sql");
        transaction
            .execute(delete, &[&staff])
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    /// Counts the beds without the patient.
    pub(super) async fn count_beds(&mut self) -> Result<(), DatabaseError> {
        let failed = |error: tokio_postgres::Error| failed(&error);
        let patient = self.patient.pseudonym;
        let transaction = self.client.transaction().await.map_err(failed)?;
        let turn = include_str!("../../sql/census/take_turn.sql");
        transaction.execute(turn, &[]).await.map_err(failed)?;
        let reopen = include_str!("../../sql/erase/reopen.sql");
        transaction
            .execute(reopen, &[&patient])
            .await
            .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        census::count(&mut self.client).await?;
        Ok(())
    }
}

/// The person that a patient is, where no other patient is.
pub(super) async fn person(
    client: &impl GenericClient,
    patient: Uuid,
) -> Result<Option<Uuid>, DatabaseError> {
    let person = include_str!("../../sql/erase/person.sql");
    let unknown = unknown_member_key("dim_person");
    let found = client.query(person, &[&patient, &unknown]).await;
    let found = found.map_err(|error| failed(&error))?;
    Ok(found.first().map(|row| row.get(0)))
}

/// The pseudonyms of words by which records name a patient that do not tell the number: those that are
/// kept of the patient, and those of what the vault holds.
pub(super) async fn words(
    client: &impl GenericClient,
    key: &PseudonymKey,
    (patient, person): (&Patient, Option<Uuid>),
) -> Result<Vec<Uuid>, DatabaseError> {
    let failed = |error: tokio_postgres::Error| failed(&error);
    let kept = include_str!("../../sql/erase/kept_words.sql");
    let kept = client
        .query(kept, &[&patient.pseudonym])
        .await
        .map_err(failed)?;
    let encounters = include_str!("../../sql/erase/encounters.sql");
    let encounters = client
        .query(encounters, &[&patient.pseudonym])
        .await
        .map_err(failed)?;
    let encounters: Vec<Uuid> = encounters.iter().map(|row| row.get(0)).collect();
    let words = include_str!("../../sql/erase/words.sql");
    let words = client
        .query(words, &[&patient.pseudonym, &encounters, &person])
        .await
        .map_err(failed)?;
    let words = words.iter().map(|row| row.get::<_, &str>(0));
    let words = words.filter(|word| word.len() >= WORD_BYTES_MIN);
    let words = words.map(|word| key.erased_word(&patient.hospital_code, word));
    Ok(kept.iter().map(|row| row.get(0)).chain(words).collect())
}

impl Session<'_> {
    /// Takes a patient from silver, gold and the vault; the shard is locked. What becomes of the
    /// records and lines is that they are erased.
    async fn erase(
        &self,
        patient: Uuid,
        (hospital_code, person): (&str, Option<Uuid>),
    ) -> Result<(), DatabaseError> {
        let failed = |error: tokio_postgres::Error| failed(&error);
        let encounters = self
            .transaction
            .query(include_str!("../../sql/erase/encounters.sql"), &[&patient])
            .await
            .map_err(failed)?;
        let encounters: Vec<Uuid> = encounters.iter().map(|row| row.get(0)).collect();
        let steps: [(&str, &[&(dyn ToSql + Sync)]); 4] = [
            (
                include_str!("../../sql/erase/facts.sql"),
                &[&encounters, &patient, &person],
            ),
            (include_str!("../../sql/erase/records.sql"), &[&patient]),
            (
                include_str!("../../sql/erase/lines.sql"),
                &[&patient, &hospital_code, &person],
            ),
            (
                include_str!("../../sql/erase/vault.sql"),
                &[&patient, &encounters, &person],
            ),
        ];
        for (sql, parameters) in steps {
            self.transaction
                .execute(sql, parameters)
                .await
                .map_err(failed)?;
        }
        self.forget(vec![patient], encounters).await?;
        Ok(())
    }
}
