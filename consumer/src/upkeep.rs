//! What the warehouse needs beside the loading: partitions of bronze ahead of time, and patients folded
//! again whom a changed department concerns. A failure is told and tried again; it stops no lane.

use std::time::Duration;

use database::{DatabaseError, bronze, refold};
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::error::ConsumerError;
use crate::run::Part;

/// How long bronze's partitions ahead are left alone before they are looked at again: a week of them
/// is made, so one try in many will do.
const PARTITIONS_INTERVAL: Duration = Duration::from_hours(1);

/// How often it is looked whether a department has changed.
const SETTLED_INTERVAL: Duration = Duration::from_secs(1);

pub(crate) async fn keep_partitions(
    database_url: String,
    ending: CancellationToken,
) -> Result<Part, ConsumerError> {
    loop {
        tokio::select! {
            () = ending.cancelled() => return Ok(Part::Other),
            () = tokio::time::sleep(PARTITIONS_INTERVAL) => {}
        }
        let making = async {
            let client = database::connect(&database_url, "wardflow consumer").await?;
            make_partitions(&client).await
        };
        let made: Result<(), DatabaseError> = tokio::select! {
            () = ending.cancelled() => return Ok(Part::Other),
            made = making => made,
        };
        if let Err(error) = made {
            tracing::warn!(%error, "bronze's partitions ahead were not made, trying again later");
        }
    }
}

/// Makes bronze's partitions ahead, unless somebody reads bronze just now: the next time will do, and
/// records of a day without a partition go to the default one.
pub(crate) async fn make_partitions(client: &Client) -> Result<(), DatabaseError> {
    match bronze::ensure_partitions(client).await {
        Err(error) if error.is_transient() => {
            tracing::info!(%error, "bronze's partitions ahead are made later");
            Ok(())
        }
        made => made,
    }
}

/// Folds patients again after departments have changed.
pub(crate) async fn keep_settled(
    database_url: String,
    ending: CancellationToken,
) -> Result<Part, ConsumerError> {
    let mut client = None;
    loop {
        let settled = tokio::select! {
            () = ending.cancelled() => return Ok(Part::Other),
            settled = settle(&mut client, &database_url) => settled,
        };
        match settled {
            Ok(0) => {}
            Ok(patients) => tracing::info!(patients, "folded again after departments changed"),
            Err(error) => {
                tracing::warn!(%error, "patients were not folded again, trying again");
                client = None;
            }
        }
        tokio::select! {
            () = ending.cancelled() => return Ok(Part::Other),
            () = tokio::time::sleep(SETTLED_INTERVAL) => {}
        }
    }
}

async fn settle(client: &mut Option<Client>, database_url: &str) -> Result<u64, DatabaseError> {
    let client = match client {
        Some(client) => client,
        None => client.insert(database::connect(database_url, "wardflow consumer").await?),
    };
    refold::settle(client).await
}
