//! Folding patients again whose gold follows from reference data that has changed.
//!
//! A change commits first, and with it the new version of the reference data. Then the patients
//! concerned are folded shard by shard: whoever loaded with the old data held the shard's lock
//! before us and is folded again; whoever gets it after us finds the new version and reads anew.
//! Stopped in between, it is done at the next `database seed`.

use domain::rule::history::UNKNOWN_DEPARTMENT;
use domain::shard::shard_of;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::load::{Patients, Prepared, SESSION, Session};
use crate::{DatabaseError, reference};

/// The most patients that are folded in one transaction.
const PATIENTS_MAX: usize = 5_000;

/// Folds the patients again who have a stay in a department that was unknown then and is known now.
/// Returns how many there were.
pub async fn refold_healed(client: &mut Client) -> Result<u64, DatabaseError> {
    let failed = |error| DatabaseError::while_doing("fold patients again", &error);
    client.batch_execute(SESSION).await.map_err(failed)?;
    let prepared = Prepared::all(client).await?;
    let shards = client
        .query(include_str!("../sql/refold/shards.sql"), &[])
        .await
        .map_err(failed)?;
    let shards: Vec<i32> = shards.iter().map(|row| row.get("shard")).collect();
    let mut folded = 0;
    for shard in &shards {
        // Locked for one part of them at a time, so that lanes wait no longer than for a batch.
        loop {
            let patients = refold_some(client, &prepared, *shard, shards.len()).await?;
            folded += patients as u64;
            if patients < PATIENTS_MAX {
                break;
            }
        }
    }
    Ok(folded)
}

/// Folds at most [`PATIENTS_MAX`] of a shard's patients; returns how many there were.
async fn refold_some(
    client: &mut Client,
    prepared: &Prepared,
    shard: i32,
    shards: usize,
) -> Result<usize, DatabaseError> {
    let failed = |error| DatabaseError::while_doing("fold patients again", &error);
    let transaction = client.transaction().await.map_err(failed)?;
    let session = Session {
        transaction: &transaction,
        prepared,
    };
    session.lock_shards(&[shard]).await?;
    let departments = reference::reference(&transaction).await?.departments;
    let mut patients = healed_patients(&session, shard, shards).await?;
    patients.truncate(PATIENTS_MAX);
    let of_hospitals = patients.iter().map(|(patient, code)| (*patient, &**code));
    let held = session.read_silver(&Patients::of(of_hospitals)).await?;
    let records = held
        .iter()
        .map(|(patient, held)| (*patient, held.records()));
    let records = records.collect();
    session.fold(records, &departments).await?;
    transaction.commit().await.map_err(failed)?;
    Ok(patients.len())
}

async fn healed_patients(
    session: &Session<'_>,
    shard: i32,
    shards: usize,
) -> Result<Vec<(Uuid, String)>, DatabaseError> {
    let failed = |error| DatabaseError::while_doing("find patients to fold again", &error);
    let rows = session
        .transaction
        .query(
            include_str!("../sql/refold/healed_patients.sql"),
            &[&UNKNOWN_DEPARTMENT.code],
        )
        .await
        .map_err(failed)?;
    let shards = u32::try_from(shards).unwrap_or(u32::MAX);
    let is_of_shard = |row: &&tokio_postgres::Row| {
        shard_of(row.get("hospital_code"), row.get("patient_id"), shards) == shard.unsigned_abs()
    };
    let healed = rows.iter().filter(is_of_shard);
    let healed = healed.map(|row| (row.get("patient_pseudonym"), row.get("hospital_code")));
    Ok(healed.collect())
}
