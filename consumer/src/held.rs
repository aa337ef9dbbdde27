//! Partitions that a storm holds, and when somebody lets them on.

use std::collections::BTreeSet;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use database::storm::{self, Storm};
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::error::ConsumerError;
use crate::link::Command;
use crate::source::Start;

/// How often it is asked whether somebody let a partition on.
const INTERVAL: Duration = Duration::from_secs(1);

/// The partitions of a topic that are ours and stand still. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held(Arc<Mutex<BTreeSet<i32>>>);

impl Held {
    pub(crate) fn hold(&self, partition: i32) {
        self.partitions().insert(partition);
    }

    /// It is read on, or is another's.
    pub(crate) fn release(&self, partition: i32) {
        self.partitions().remove(&partition);
    }

    pub(crate) fn has(&self, partition: i32) -> bool {
        self.partitions().contains(&partition)
    }

    fn partitions(&self) -> MutexGuard<'_, BTreeSet<i32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the warehouse, as long as partitions are held, and tells the polling thread which of them nothing holds
    /// any more. It ends with the token, as the polling thread waits at its end for all who may command it.
    pub(crate) async fn keep_asking(
        self,
        start: Start,
        source: Sender<Command>,
        until: CancellationToken,
    ) -> Result<(), ConsumerError> {
        let mut client = None;
        loop {
            tokio::select! {
                () = until.cancelled() => return Ok(()),
                () = tokio::time::sleep(INTERVAL) => {}
            }
            let asked = tokio::select! {
                () = until.cancelled() => return Ok(()),
                asked = self.ask(&mut client, (&start, &source)) => asked,
            };
            match asked {
                Ok(()) => {}
                Err(error) if error.is_retryable() => {
                    client = None;
                    tracing::warn!(%error, "it is not known whether partitions are held still, asking again");
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn ask(
        &self,
        client: &mut Option<Client>,
        (start, source): (&Start, &Sender<Command>),
    ) -> Result<(), ConsumerError> {
        let ours = self.partitions().clone();
        if ours.is_empty() {
            *client = None;
            return Ok(());
        }
        let client = match client {
            Some(client) => client,
            None => client.insert(start.connect().await?),
        };
        let holding = storm::holding(client).await?;
        let is_held = |partition| {
            let is_it =
                |it: &Storm| it.topic_id == start.topic.topic_id && it.partition == partition;
            holding.iter().any(is_it)
        };
        for partition in ours.into_iter().filter(|it| !is_held(*it)) {
            match start.find(partition).await {
                Ok(standing) if standing.storm.is_none() => {
                    let standing = Box::new(standing);
                    // The polling thread outlives us, except at the end.
                    let _ = source.send(Command::Release {
                        partition,
                        standing,
                    });
                }
                Ok(_) => {}
                Err(error) if error.is_retryable() => {
                    tracing::warn!(partition, %error, "a partition that was let on cannot be read yet");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
