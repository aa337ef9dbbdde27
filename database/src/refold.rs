//! Folding patients again whose gold follows from departments that have changed.
//!
//! A change commits first, with the new version of the reference data and a row of
//! `ops.department_change`. Then every shard is locked for a moment: whoever loaded with the old
//! departments held its shard before us, and has committed; whoever gets it after us finds the new
//! version and reads anew. So the patients who are looked for now are all who are concerned. They are
//! folded shard by shard, and at last the row goes. Stopped in between, it is done again.

use std::collections::BTreeMap;

use domain::shard::shard_of;
use tokio_postgres::{Client, Transaction};
use uuid::Uuid;

use crate::load::{Patients, Prepared, SESSION, Session};
use crate::{DatabaseError, census, reference};

/// The most patients that are folded in one transaction: lanes wait no longer than for a batch.
const PATIENTS_MAX: usize = 5_000;

/// Folds the patients again whom changed departments concern, unless somebody does it already.
/// Returns how many there were.
pub async fn settle(client: &mut Client) -> Result<u64, DatabaseError> {
    if is_settled(client).await? || !try_lock(client).await? {
        return Ok(0);
    }
    unlocking(client, async |client| settle_locked(client).await).await
}

/// Folds the patients again whom changed departments concern, or waits until somebody has. What reads
/// the warehouse as a whole does it first.
pub async fn finish(client: &mut Client) -> Result<(), DatabaseError> {
    if !is_settled(client).await? {
        settling(client, async |_| Ok(())).await?;
        // A lane's settings are not those of who reads large tables as a whole.
        client.batch_execute("reset all").await.map_err(failed)?;
    }
    Ok(())
}

/// Whether all patients were folded with the departments as they are.
pub async fn is_settled(client: &Client) -> Result<bool, DatabaseError> {
    let row = client
        .query_one(include_str!("../sql/refold/is_settled.sql"), &[])
        .await
        .map_err(failed)?;
    Ok(row.get(0))
}

/// Does some work that changes departments, and folds the patients concerned: nobody else does it
/// meanwhile, so that all of them are counted.
pub(crate) async fn settling(
    client: &mut Client,
    change: impl AsyncFnOnce(&mut Client) -> Result<(), DatabaseError>,
) -> Result<u64, DatabaseError> {
    client
        .execute(include_str!("../sql/refold/lock.sql"), &[])
        .await
        .map_err(failed)?;
    unlocking(client, async |client| {
        change(client).await?;
        settle_locked(client).await
    })
    .await
}

async fn try_lock(client: &Client) -> Result<bool, DatabaseError> {
    let row = client
        .query_one(include_str!("../sql/refold/try_lock.sql"), &[])
        .await
        .map_err(failed)?;
    Ok(row.get(0))
}

async fn unlocking<T>(
    client: &mut Client,
    work: impl AsyncFnOnce(&mut Client) -> Result<T, DatabaseError>,
) -> Result<T, DatabaseError> {
    let done = work(client).await;
    let unlocked = client
        .execute(include_str!("../sql/refold/unlock.sql"), &[])
        .await;
    let done = done?;
    unlocked.map_err(failed)?;
    Ok(done)
}

async fn settle_locked(client: &mut Client) -> Result<u64, DatabaseError> {
    client.batch_execute(SESSION).await.map_err(failed)?;
    let changes = client
        .query(include_str!("../sql/refold/changes.sql"), &[])
        .await
        .map_err(failed)?;
    if changes.is_empty() {
        return Ok(0);
    }
    let changes: Vec<i64> = changes.iter().map(|row| row.get("change_id")).collect();
    count_again(client, &changes).await?;
    let prepared = Prepared::all(client).await?;
    let shards = shards(client).await?;
    wait_for_others(client, &prepared, &shards).await?;
    let mut folded = 0;
    for (shard, patients) in concerned(client, &changes, shards.len()).await? {
        for some in patients.chunks(PATIENTS_MAX) {
            fold(client, &prepared, shard, some).await?;
            folded += some.len() as u64;
        }
    }
    client
        .execute(include_str!("../sql/refold/done.sql"), &[&changes])
        .await
        .map_err(failed)?;
    Ok(folded)
}

/// Has the hours of the departments counted again: their rows name the version of the hour.
async fn count_again(client: &Client, changes: &[i64]) -> Result<(), DatabaseError> {
    let hours = client
        .query(include_str!("../sql/refold/hours.sql"), &[&changes])
        .await
        .map_err(failed)?;
    for row in hours {
        let (hospital_code, from) = (row.get("hospital_code"), row.get("changed_from"));
        census::recount_from(client, hospital_code, from).await?;
    }
    Ok(())
}

pub(crate) async fn shards(client: &Client) -> Result<Vec<i32>, DatabaseError> {
    let rows = client
        .query(include_str!("../sql/refold/shards.sql"), &[])
        .await
        .map_err(failed)?;
    Ok(rows.iter().map(|row| row.get("shard")).collect())
}

/// Waits for every lane that may have begun with the departments as they were.
pub(crate) async fn wait_for_others(
    client: &mut Client,
    prepared: &Prepared,
    shards: &[i32],
) -> Result<(), DatabaseError> {
    for shard in shards {
        let transaction = client.transaction().await.map_err(failed)?;
        session(&transaction, prepared)
            .lock_shards(&[*shard])
            .await?;
        transaction.rollback().await.map_err(failed)?;
    }
    Ok(())
}

/// The patients whom changes concern, by shard.
async fn concerned(
    client: &mut Client,
    changes: &[i64],
    shards: usize,
) -> Result<BTreeMap<i32, Vec<(Uuid, String)>>, DatabaseError> {
    let transaction = client.transaction().await.map_err(failed)?;
    transaction
        .batch_execute(include_str!("../sql/refold/settings.sql"))
        .await
        .map_err(failed)?;
    let rows = transaction
        .query(include_str!("../sql/refold/patients.sql"), &[&changes])
        .await
        .map_err(failed)?;
    transaction.rollback().await.map_err(failed)?;
    let shards = u32::try_from(shards).unwrap_or(u32::MAX);
    let mut by_shard: BTreeMap<i32, Vec<(Uuid, String)>> = BTreeMap::new();
    for row in rows {
        let shard = shard_of(row.get("hospital_code"), row.get("patient_id"), shards);
        let patients = by_shard.entry(shard.cast_signed()).or_default();
        patients.push((row.get("patient_pseudonym"), row.get("hospital_code")));
    }
    Ok(by_shard)
}

/// Folds some of a shard's patients with the departments as they are now.
async fn fold(
    client: &mut Client,
    prepared: &Prepared,
    shard: i32,
    patients: &[(Uuid, String)],
) -> Result<(), DatabaseError> {
    let transaction = client.transaction().await.map_err(failed)?;
    let session = session(&transaction, prepared);
    session.lock_shards(&[shard]).await?;
    let departments = reference::reference(&transaction).await?.departments;
    let of_hospitals = patients.iter().map(|(patient, code)| (*patient, &**code));
    let held = session.read_silver(&Patients::of(of_hospitals)).await?;
    let records = held
        .iter()
        .map(|(patient, held)| (*patient, held.records()));
    let records = records.collect();
    session.fold(records, |_| true, &departments).await?;
    transaction.commit().await.map_err(failed)
}

fn session<'a>(transaction: &'a Transaction<'a>, prepared: &'a Prepared) -> Session<'a> {
    Session {
        transaction,
        prepared,
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn failed(error: tokio_postgres::Error) -> DatabaseError {
    DatabaseError::while_doing("fold patients again", &error)
}
