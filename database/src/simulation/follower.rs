use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use platform::metrics;
use platform::retry::Backoff;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use super::{Simulation, failed};
use crate::{DatabaseError, connect, migrate};

/// How often the channel is read.
const INTERVAL: Duration = Duration::from_secs(1);

/// How long a service that ends may take to say so.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long the channel is left alone that cannot be read: not much longer than it is otherwise.
const AFTER_FAILURE: Backoff = Backoff {
    first: Duration::from_millis(500),
    longest: Duration::from_secs(2),
};

/// What a service says of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) epoch: Option<i64>,
    pub(super) is_working: bool,
}

/// How far simulated time is, told by whoever sends. Cheap to clone, and to tell.
#[derive(Debug, Clone)]
pub(super) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(i64::MIN)))
    }

    /// Time does not go back.
    pub(super) fn pass(&self, at: DateTime<Utc>) {
        self.0.fetch_max(at.timestamp_micros(), Ordering::Relaxed);
    }

    fn now(&self) -> Option<DateTime<Utc>> {
        match self.0.load(Ordering::Relaxed) {
            i64::MIN => None,
            microseconds => DateTime::from_timestamp_micros(microseconds),
        }
    }
}

/// Reads the channel every second, and says each time what a service says of itself.
pub(super) struct Follower {
    pub(super) url: Arc<str>,
    pub(super) service: &'static str,
    pub(super) instance: Arc<str>,
    pub(super) said: watch::Receiver<Said>,
    pub(super) clock: watch::Receiver<Clock>,
    pub(super) heard: watch::Sender<Option<Simulation>>,
    pub(super) ending: CancellationToken,
}

impl Follower {
    /// Follows until the end. What cannot be reached is tried again; but before anything was heard a
    /// channel that is not there is an error.
    pub(super) async fn follow(mut self) -> Result<(), DatabaseError> {
        let mut client = None;
        let mut failures = 0_u32;
        let ending = self.ending.clone();
        while !ending.is_cancelled() {
            let spoken = tokio::select! {
                spoken = self.speak(&mut client) => spoken,
                // A database that hangs does not hold up the end.
                () = ending.cancelled() => break,
            };
            let wait = match spoken {
                Ok(()) => {
                    failures = 0;
                    INTERVAL
                }
                Err(error) if !error.is_transient() && self.heard.borrow().is_none() => {
                    return Err(error);
                }
                Err(error) => {
                    client = None;
                    failures = failures.saturating_add(1);
                    metrics::retried("read the control channel");
                    let service = self.service;
                    tracing::warn!(service, %error, "the control channel cannot be read, trying again");
                    AFTER_FAILURE.delay(failures)
                }
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                // Whoever resets waits for it.
                Ok(()) = self.said.changed() => {}
                () = ending.cancelled() => {}
            }
        }
        if let Ok(Err(error)) = timeout(FAREWELL, self.leave(client)).await {
            tracing::debug!(%error, "the control channel was not told the end");
        }
        Ok(())
    }

    async fn speak(&mut self, client: &mut Option<Client>) -> Result<(), DatabaseError> {
        let client = connected(client, &self.url).await?;
        let Said { epoch, is_working } = *self.said.borrow_and_update();
        self.tell_time(client, epoch).await?;
        let heard = client
            .query_one(
                include_str!("../../sql/simulation/heartbeat.sql"),
                &[&self.service, &&*self.instance, &epoch, &is_working],
            )
            .await
            .map_err(|error| failed(&error))?;
        hear(&self.heard, Simulation::from(&heard));
        Ok(())
    }

    async fn tell_time(&self, client: &Client, epoch: Option<i64>) -> Result<(), DatabaseError> {
        let now = self.clock.borrow().now();
        let (Some(epoch), Some(now)) = (epoch, now) else {
            return Ok(());
        };
        client
            .execute(
                include_str!("../../sql/simulation/tell_time.sql"),
                &[&epoch, &now],
            )
            .await
            .map_err(|error| failed(&error))?;
        Ok(())
    }

    /// Says the last of it, and goes.
    async fn leave(&self, mut client: Option<Client>) -> Result<(), DatabaseError> {
        let client = connected(&mut client, &self.url).await?;
        let epoch = self.said.borrow().epoch;
        self.tell_time(client, epoch).await?;
        client
            .execute(
                include_str!("../../sql/simulation/leave.sql"),
                &[&self.service, &&*self.instance],
            )
            .await
            .map_err(|error| failed(&error))?;
        Ok(())
    }
}

/// Takes up what was read, unless something newer was heard meanwhile.
pub(super) fn hear(heard: &watch::Sender<Option<Simulation>>, read: Simulation) {
    heard.send_if_modified(|known| {
        let is_old = |known: &Simulation| known.changed_at > read.changed_at || *known == read;
        if known.as_ref().is_some_and(is_old) {
            return false;
        }
        *known = Some(read);
        true
    });
}

async fn connected<'c>(
    client: &'c mut Option<Client>,
    url: &str,
) -> Result<&'c mut Client, DatabaseError> {
    match client {
        Some(client) => Ok(client),
        None => Ok(client.insert(channel(url).await?)),
    }
}

/// A connection to the channel of a warehouse of this program's version.
pub(super) async fn channel(url: &str) -> Result<Client, DatabaseError> {
    let client = connect(url, "wardflow control").await?;
    migrate::require_current(&client).await?;
    Ok(client)
}

/// A name that no other service bears that runs.
pub(super) fn instance() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = match host.trim() {
        "" => "localhost",
        host => host,
    };
    format!("{host}:{}:{number}", std::process::id())
}
