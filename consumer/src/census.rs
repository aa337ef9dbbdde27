//! Occupancy is counted beside the lanes, by one process at a time.

use std::time::{Duration, Instant};

use database::{DatabaseError, census};
use platform::retry::Backoff;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::metrics;

/// How often it is looked whether there are hours to count: with nothing to do it costs the database
/// a few milliseconds.
const INTERVAL: Duration = Duration::from_secs(3);

/// So many times as long as a census took, the next one waits. While a backlog is loaded, partitions that are behind
/// change the hours that others have closed, and each census counts them again: it is left some of them to count at
/// once.
const REST: u32 = 50;

/// No census waits longer than this.
const LONGEST: Duration = Duration::from_mins(1);

/// How long a census that failed is left alone. Lanes do not wait for it.
const AFTER_FAILURE: Backoff = Backoff {
    first: INTERVAL,
    longest: LONGEST,
};

/// Counts the hours that have closed or changed, again and again until the end. Whoever finds another
/// process at it leaves it to that one.
pub(crate) async fn keep_counting(database_url: &str, ending: &CancellationToken) {
    let mut client = None;
    let mut failures = 0_u32;
    let mut wait = INTERVAL;
    loop {
        let counted = tokio::select! {
            () = ending.cancelled() => return,
            counted = async {
                tokio::time::sleep(wait).await;
                let begun = Instant::now();
                let client = connected(&mut client, database_url).await?;
                let counted = census::count_unless_busy(client).await?;
                Ok((counted, begun.elapsed()))
            } => counted,
        };
        match counted {
            Ok((counted, took)) => {
                failures = 0;
                wait = (took * REST).clamp(INTERVAL, LONGEST);
                // Whoever leaves it to another process does not know that one succeeds.
                if counted.is_some() {
                    metrics::census_counted();
                }
            }
            Err(error) => {
                platform::metrics::retried("count occupied beds");
                client = None;
                failures = failures.saturating_add(1);
                wait = AFTER_FAILURE.delay(failures);
                tell(&error);
            }
        }
    }
}

/// Counts once, after whoever counts just now, so that who loads up to an end finds all closed hours.
pub(crate) async fn count_at_end(database_url: &str, ending: &CancellationToken) {
    let counted = tokio::select! {
        () = ending.cancelled() => return,
        counted = async {
            census::count(connected(&mut None, database_url).await?).await
        } => counted,
    };
    if let Err(error) = counted {
        tell(&error);
    }
}

async fn connected<'c>(
    client: &'c mut Option<Client>,
    database_url: &str,
) -> Result<&'c mut Client, DatabaseError> {
    match client {
        Some(client) => Ok(client),
        None => Ok(client.insert(database::connect(database_url, "wardflow census").await?)),
    }
}

fn tell(error: &DatabaseError) {
    tracing::warn!(%error, "occupied beds were not counted: the next census does it");
}
