//! How far a topic's consumer is behind the log, asked of the brokers.
//!
//! librdkafka's own statistics know the end of a log from what was fetched: of a partition that is paused
//! while the database is away they tell nothing new, and that is when somebody wants to know.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::join_all;
use tokio_util::sync::CancellationToken;

use crate::log::Log;
use crate::metrics::TopicMetrics;

/// How often the brokers are asked.
const INTERVAL: Duration = Duration::from_secs(5);

/// The partitions that a consumer reads, each with the offset up to which it is loaded. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Reached(Arc<Mutex<BTreeMap<i32, i64>>>);

impl Reached {
    /// A partition is ours.
    pub(crate) fn assign(&self, partition: i32, next: i64) {
        self.change(|reached| {
            reached.insert(partition, next);
        });
    }

    /// A partition is another's.
    pub(crate) fn revoke(&self, partition: i32) {
        self.change(|reached| {
            reached.remove(&partition);
        });
    }

    /// A partition is loaded up to an offset, if it is still ours.
    pub(crate) fn load(&self, partition: i32, next: i64) {
        self.change(|reached| {
            if let Some(reached) = reached.get_mut(&partition) {
                *reached = next;
            }
        });
    }

    /// The partitions that are ours.
    pub(crate) fn partitions(&self) -> Vec<i32> {
        self.get().into_keys().collect()
    }

    fn get(&self) -> BTreeMap<i32, i64> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<i32, i64>)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Tells the lag again and again until the end. What the brokers do not answer stays as it was told last.
pub(crate) async fn keep_telling(
    (reached, log, metrics): (Reached, Log, TopicMetrics),
    ending: CancellationToken,
) {
    let mut told = BTreeMap::new();
    let telling = async {
        loop {
            let now = reached.get();
            for partition in told.keys().filter(|it| !now.contains_key(it)) {
                metrics.left(*partition);
            }
            let asked = now.iter().map(async |(partition, next)| {
                if let Ok(watermarks) = log.watermarks_of(*partition).await {
                    metrics.reached(*partition, *next, watermarks.high);
                }
            });
            join_all(asked).await;
            told = now;
            tokio::time::sleep(INTERVAL).await;
        }
    };
    // Brokers that are away do not hold up the end.
    let _: Option<()> = ending.run_until_cancelled(telling).await;
    for partition in told.keys() {
        metrics.left(*partition);
    }
}
