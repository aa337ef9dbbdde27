//! Partitions that a storm holds, and when somebody lets them on.

use std::collections::BTreeSet;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use database::{DatabaseError, Topic, storm};
use tokio_util::sync::CancellationToken;

use crate::link::Command;

/// How often it is asked whether somebody let a partition on.
const INTERVAL: Duration = Duration::from_secs(1);

/// The partitions of a topic that are ours and stand still. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held(Arc<Mutex<BTreeSet<i32>>>);

impl Held {
    pub(crate) fn hold(&self, partition: i32) {
        self.partitions().insert(partition);
    }

    /// It is read on, or is another's. False where it was not held.
    pub(crate) fn release(&self, partition: i32) -> bool {
        self.partitions().remove(&partition)
    }

    pub(crate) fn has(&self, partition: i32) -> bool {
        self.partitions().contains(&partition)
    }

    fn partitions(&self) -> MutexGuard<'_, BTreeSet<i32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the warehouse, as long as partitions are held, and tells the polling thread which of them nothing holds
    /// any more.
    pub(crate) async fn keep_asking(
        self,
        (database_url, topic): (String, Topic),
        source: Sender<Command>,
        until: CancellationToken,
    ) {
        let mut client = None;
        loop {
            tokio::select! {
                () = until.cancelled() => return,
                () = tokio::time::sleep(INTERVAL) => {}
            }
            if self.partitions().is_empty() {
                client = None;
                continue;
            }
            let released = tokio::select! {
                () = until.cancelled() => return,
                released = self.released(&mut client, (&database_url, &topic)) => released,
            };
            match released {
                Ok(released) => {
                    for partition in released {
                        // The polling thread outlives us, except at the end.
                        let _ = source.send(Command::Release { partition });
                    }
                }
                Err(error) => {
                    client = None;
                    tracing::warn!(%error, "it is not known whether partitions are held still, asking again");
                }
            }
        }
    }

    async fn released(
        &self,
        client: &mut Option<tokio_postgres::Client>,
        (database_url, topic): (&str, &Topic),
    ) -> Result<Vec<i32>, DatabaseError> {
        let client = match client {
            Some(client) => client,
            None => client.insert(database::connect(database_url, "wardflow consumer").await?),
        };
        let ours = self.partitions().clone();
        let holding = storm::holding(client).await?;
        let is_held = |partition: &i32| {
            let is_it =
                |it: &storm::Storm| it.topic_id == topic.topic_id && it.partition == *partition;
            holding.iter().any(is_it)
        };
        Ok(ours.into_iter().filter(|it| !is_held(it)).collect())
    }
}
