//! All that Kafka's log holds, into a warehouse into which nothing was loaded, at once.
//!
//! Lanes decode and clean as ever, but hand their batches on, and one connection of the owner writes all of them in one
//! transaction ([`database::rebuild::from_kafka`]).

mod command;
mod whole;

use database::{bronze, migrate};
use std::time::Duration;

use database::rebuild::{Fed, Feed, Progress, Rebuilt, from_kafka, require_empty};
use platform::kafka::{Cluster, Watermarks};
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::error::ConsumerError;
use crate::run::{Prepared, Settings, Until};
pub(crate) use command::{BulkLoadArgs, EXAMPLES, execute};
pub(crate) use whole::Whole;

/// How long nothing may come, from Kafka or for want of a schema: the warehouse is locked meanwhile.
const PATIENCE: Duration = Duration::from_mins(1);

/// Loads all that the topics hold at the start; `settings` name the warehouse as its owner. `None`: it was interrupted, and
/// nothing was changed.
pub async fn bulk_load(
    settings: Settings,
    (interrupted, tell): (&CancellationToken, impl FnMut(Progress)),
) -> Result<Option<Rebuilt>, ConsumerError> {
    let settings = Settings {
        until: Until::End,
        ..settings
    };
    let begun = tokio::select! {
        () = interrupted.cancelled() => return Ok(None),
        begun = Box::pin(begin(&settings)) => begun?,
    };
    let Begun {
        prepared,
        logs,
        mut client,
    } = begun;
    let beginnings = [
        prepared.events.beginning(&logs[0]),
        prepared.retried.beginning(&logs[1]),
        prepared.staff.beginning(&logs[2]),
        prepared.departments.beginning(&logs[3]),
    ];
    let ending = interrupted.child_token();
    // Also where this future is dropped: the polling threads would go on.
    let _ended_with_us = ending.clone().drop_guard();
    let batches = Batches::start(&prepared, &settings, logs, &ending);
    let known = (&beginnings[..], &*prepared.reference);
    Box::pin(from_kafka(&mut client, known, batches, (interrupted, tell))).await
}

/// What is found out before the first record is read.
struct Begun {
    prepared: Prepared,
    /// Of events, those that are tried again, staff and departments.
    logs: [Vec<Watermarks>; 4],
    client: Client,
}

async fn begin(settings: &Settings) -> Result<Begun, ConsumerError> {
    let client = database::connect(&settings.database_url, "wardflow bulk load").await?;
    migrate::require_current(&client).await?;
    require_empty(&client).await?;
    let cluster = Cluster::connect(&settings.kafka)?;
    let prepared = Prepared::new(settings, &cluster).await?;
    let topics = [
        prepared.events.name(),
        prepared.retried.name(),
        prepared.staff.name(),
        prepared.departments.name(),
    ];
    let logs = topics.map(|topic| match &prepared.end {
        Some(end) => end.logs_of(topic).to_vec(),
        None => Vec::new(),
    });
    // Statements are few, and may go back for years.
    if let Some(first) = prepared.events.begins_at(&logs[0]).await? {
        bronze::ensure_partitions_since(&client, first.date_naive()).await?;
    }
    Ok(Begun {
        prepared,
        logs,
        client,
    })
}

/// Batches as lanes hand them on.
struct Batches {
    handed_on: mpsc::Receiver<Fed>,
    tasks: JoinSet<Result<(), ConsumerError>>,
}

impl Batches {
    fn start(
        prepared: &Prepared,
        settings: &Settings,
        logs: [Vec<Watermarks>; 4],
        ending: &CancellationToken,
    ) -> Self {
        // One is written while another one waits, and each lane fills one.
        let (to, handed_on) = mpsc::channel(1);
        let mut tasks = JoinSet::new();
        let [events, retried, staff, departments] = logs;
        let fed = (&to, |batch| Fed::Events(0, batch));
        let read = (settings, events);
        prepared.events.start_to_read(read, fed, ending, &mut tasks);
        let fed = (&to, |batch| Fed::Events(1, batch));
        let read = (settings, retried);
        prepared
            .retried
            .start_to_read(read, fed, ending, &mut tasks);
        let fed = (&to, |batch| Fed::Staff(2, batch));
        let read = (settings, staff);
        prepared.staff.start_to_read(read, fed, ending, &mut tasks);
        let fed = (&to, |batch| Fed::Departments(3, batch));
        let read = (settings, departments);
        prepared
            .departments
            .start_to_read(read, fed, ending, &mut tasks);
        Self { handed_on, tasks }
    }
}

impl Batches {
    async fn handed_on_or_ended(&mut self) -> Result<Option<Fed>, ConsumerError> {
        loop {
            tokio::select! {
                biased;
                Some(ended) = self.tasks.join_next() => well(ended)?,
                fed = self.handed_on.recv() => {
                    if fed.is_none() {
                        // All lanes have ended: the first error tells why, if there is one.
                        while let Some(ended) = self.tasks.join_next().await {
                            well(ended)?;
                        }
                    }
                    return Ok(fed);
                }
            }
        }
    }
}

impl Feed for Batches {
    type Error = ConsumerError;

    async fn next(&mut self) -> Result<Option<Fed>, ConsumerError> {
        let batch = timeout(PATIENCE, self.handed_on_or_ended());
        batch.await.unwrap_or(Err(ConsumerError::Silent(PATIENCE)))
    }
}

fn well(ended: Result<Result<(), ConsumerError>, JoinError>) -> Result<(), ConsumerError> {
    ended.unwrap_or_else(|join| Err(ConsumerError::Ended(join.to_string())))
}
