//! Occupancy is counted beside the lanes, by one process at a time.

use std::time::Duration;

use database::{DatabaseError, census};
use platform::retry::Backoff;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::metrics;

/// How often it is looked whether there are hours to count: with nothing to do it costs the database
/// a few milliseconds.
const INTERVAL: Duration = Duration::from_secs(3);

/// How long a census that failed is left alone. Lanes do not wait for it.
const AFTER_FAILURE: Backoff = Backoff {
    first: INTERVAL,
    longest: Duration::from_mins(1),
};

/// Counts the hours that have closed or changed, again and again until the end. Whoever finds another
/// process at it leaves it to that one.
pub(crate) async fn keep_counting(database_url: &str, ending: &CancellationToken) {
    let mut client = None;
    let mut failures = 0_u32;
    loop {
        let wait = match failures {
            0 => INTERVAL,
            failures => AFTER_FAILURE.delay(failures),
        };
        let counted = tokio::select! {
            () = ending.cancelled() => return,
            counted = async {
                tokio::time::sleep(wait).await;
                census::count_unless_busy(connected(&mut client, database_url).await?).await
            } => counted,
        };
        match counted {
            Ok(counted) => {
                failures = 0;
                // Whoever leaves it to another process does not know that one succeeds.
                if counted.is_some() {
                    metrics::census_counted();
                }
            }
            Err(error) => {
                platform::metrics::retried("count occupied beds");
                client = None;
                failures = failures.saturating_add(1);
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
