//! Partitions that a storm holds, and when somebody lets them on.

use std::collections::BTreeSet;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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
        loop {
            tokio::select! {
                () = until.cancelled() => return Ok(()),
                () = tokio::time::sleep(INTERVAL) => {}
            }
            let ours = self.partitions().clone();
            for partition in ours {
                let found = tokio::select! {
                    () = until.cancelled() => return Ok(()),
                    found = start.find(partition) => found,
                };
                match found {
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
                        tracing::warn!(partition, %error, "it is not known whether the partition is held still");
                    }
                    Err(error) => return Err(error),
                }
            }
        }
    }
}
