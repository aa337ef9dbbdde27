//! The way of a run's extracts: hospitals deliver them, and the batch ingester takes them.

use std::time::Duration;

use anyhow::Context as _;
use batch_ingest::{
    BAD_LINES_MAX_DEFAULT_PERCENT, ChunkLimits, FILES_MIN_DEFAULT, INTERVAL_DEFAULT, IngestError,
    Settings, Summary, once, run,
};
use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::addresses::Addresses;
use crate::extracts::{Extracts, Folders};
use crate::run::ended;

/// Hospitals that deliver, and the ingester that takes.
pub(crate) struct Hospitals {
    settings: Settings,
    delivering: JoinHandle<anyhow::Result<()>>,
    ingester: JoinHandle<Result<Summary, IngestError>>,
    /// No more events come.
    over: CancellationToken,
    stopping: CancellationToken,
}

impl Hospitals {
    /// Begins to deliver and to take, until `ending`.
    pub(crate) fn open(
        extracts: Extracts,
        folders: &Folders,
        addresses: &Addresses,
        clock: watch::Receiver<Option<DateTime<Utc>>>,
        ending: &CancellationToken,
    ) -> anyhow::Result<Self> {
        let settings = Settings {
            database_url: addresses.loader_url.clone(),
            key: addresses.key()?,
            landing: folders.landing.clone(),
            archive: folders.archive.clone(),
            partitions: platform::kafka::PARTITIONS_DEFAULT.unsigned_abs(),
            bad_share_max: BAD_LINES_MAX_DEFAULT_PERCENT / 100.0,
            // Deliveries are moved into the landing folder whole.
            settle: Duration::ZERO,
            limits: ChunkLimits::default(),
            keep: false,
            by_simulated_time: false,
        };
        let (over, stopping) = (CancellationToken::new(), ending.child_token());
        let delivering = tokio::spawn(extracts.deliver(clock, over.clone()));
        let ingester = tokio::spawn({
            let (settings, stopping) = (settings.clone(), stopping.clone());
            async move {
                let pace = (INTERVAL_DEFAULT, FILES_MIN_DEFAULT.into());
                run(&settings, pace, &stopping).await
            }
        });
        Ok(Self {
            settings,
            delivering,
            ingester,
            over,
            stopping,
        })
    }

    /// Waits until the ingester has ended by itself, which it does only in failure.
    pub(crate) async fn ended(&self) {
        ended(&self.ingester).await;
    }

    /// The last extracts are delivered and taken; tells what was taken in all.
    pub(crate) async fn finish(self, shutdown: &CancellationToken) -> anyhow::Result<Summary> {
        let settings = self.settings.clone();
        self.over.cancel();
        let mut taken = self.stop().await?;
        if let Some(rest) = once(&settings, shutdown).await? {
            taken = taken.then(rest);
        }
        Ok(taken)
    }

    /// Ends, wherever it is; the next run goes on.
    pub(crate) async fn stop(self) -> anyhow::Result<Summary> {
        // What was to be delivered first is.
        if self.over.is_cancelled() {
            self.delivering.await.context("deliver the extracts")??;
        } else {
            self.delivering.abort();
        }
        self.stopping.cancel();
        let taken = self.ingester.await.context("the batch ingester")?;
        taken.context("the batch ingester failed")
    }
}
