//! The ingester as a service: a round at every interval, and as soon as enough has arrived.

use std::path::PathBuf;
use std::time::Duration;

use database::file::FileLoader;
use database::{key, migrate};
use domain::pseudonym::PseudonymKey;
use platform::retry::{Abandoned, Backoff, until_success};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::archive::Archive;
use crate::delivery::Delivery;
use crate::error::IngestError;
use crate::folder;
use crate::ingest::Ingest;
use crate::round::{Round, Summary};

/// How often it is looked for what has arrived.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// What an ingester needs. It holds passwords, so it has no debug form.
#[derive(Clone)]
pub struct Settings {
    /// The warehouse, as the loader.
    pub database_url: String,
    /// The key of the pseudonyms.
    pub key: PseudonymKey,
    /// Where the hospitals put their extracts.
    pub landing: PathBuf,
    /// Where files go that were taken or refused.
    pub archive: PathBuf,
    /// Shards of patients where no topic has made them yet: as many as it will have partitions.
    pub partitions: u32,
    /// The share of bad lines from which a file is refused.
    pub bad_share_max: f64,
    /// How long a file that differs from its manifest may still be written.
    pub settle: Duration,
    /// Leaves files where they are.
    pub keep: bool,
}

/// Loads what has arrived, and ends. `None` where a signal ended it before.
pub async fn once(
    settings: &Settings,
    shutdown: &CancellationToken,
) -> Result<Option<Summary>, IngestError> {
    let mut summary = Summary::default();
    let is_done = round(settings, shutdown, &mut summary).await?;
    Ok(is_done.then_some(summary))
}

/// Loads what arrives, every so often and as soon as so many files have, until shutdown.
pub async fn run(
    settings: &Settings,
    (interval, files_min): (Duration, usize),
    shutdown: &CancellationToken,
) -> Result<Summary, IngestError> {
    let mut summary = Summary::default();
    let mut due = Instant::now();
    while !shutdown.is_cancelled() {
        if Instant::now() >= due || arrived(settings)? >= files_min {
            round(settings, shutdown, &mut summary).await?;
            due = Instant::now() + interval;
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = sleep(POLL_INTERVAL) => {}
        }
    }
    Ok(summary)
}

/// How many files of complete deliveries wait.
fn arrived(settings: &Settings) -> Result<usize, IngestError> {
    let deliveries = Delivery::all(&settings.landing)?;
    Ok(deliveries.iter().map(Delivery::files).sum())
}

/// One round, however often the database goes away meanwhile. False where a signal ended it.
async fn round(
    settings: &Settings,
    shutdown: &CancellationToken,
    summary: &mut Summary,
) -> Result<bool, IngestError> {
    folder::make(&settings.landing)?;
    let done = until_success(
        "load what has arrived",
        Backoff::default(),
        shutdown,
        IngestError::is_retryable,
        async || {
            let mut so_far = *summary;
            let mut ingest = connect(settings, shutdown).await?;
            let is_done = Round {
                ingest: &mut ingest,
                landing: &settings.landing,
                settle: settings.settle,
                keep: settings.keep,
                summary: &mut so_far,
            }
            .run()
            .await?;
            Ok((is_done, so_far))
        },
    );
    match done.await {
        Ok((is_done, so_far)) => {
            *summary = so_far;
            Ok(is_done)
        }
        Err(Abandoned::Shutdown) => Ok(false),
        Err(Abandoned::Permanent(error)) => Err(error),
    }
}

async fn connect(settings: &Settings, shutdown: &CancellationToken) -> Result<Ingest, IngestError> {
    let client = database::connect(&settings.database_url, "wardflow batch-ingest").await?;
    migrate::require_current(&client).await?;
    key::require_key(&client, &settings.key).await?;
    let loader = FileLoader::new(client, settings.partitions).await?;
    if !loader.is_alone().await? {
        return Err(IngestError::Busy);
    }
    Ok(Ingest {
        loader,
        archive: Archive::new(settings.archive.clone())?,
        key: settings.key.clone(),
        bad_share_max: settings.bad_share_max,
        shutdown: shutdown.clone(),
    })
}
