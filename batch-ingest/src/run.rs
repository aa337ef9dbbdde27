//! The ingester as a service: a round at every interval, and as soon as enough has arrived.

use std::collections::HashSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use database::archive::{Archive, folder};
use database::file::FileLoader;
use database::simulation::{Epoch, in_epochs};
use database::{key, migrate};
use domain::pseudonym::PseudonymKey;
use platform::retry::{Abandoned, Backoff, until_success};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::chunks::ChunkLimits;
use crate::days::Days;
use crate::delivery::{Delivery, Stamp};
use crate::due::Due;
use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::metrics;
use crate::progress::{Progress, Summary};
use crate::round::Round;

/// Its name among those that follow the control channel.
const SERVICE: &str = "batch-ingest";

/// From one round to the next, unless the user says otherwise.
pub const INTERVAL_DEFAULT: Duration = Duration::from_mins(15);

/// So many files are not waited with, unless the user says otherwise.
pub const FILES_MIN_DEFAULT: u16 = 5;

/// Percentage of bad lines above which a file is refused, unless the user says otherwise.
pub const BAD_LINES_MAX_DEFAULT_PERCENT: f64 = 20.0;

/// How often it is looked for what has arrived.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// How often it is looked how full the disks are.
const DISK_INTERVAL: Duration = Duration::from_secs(5);

/// How long another ingester is waited for, which may be one that has just been killed.
const ALONE_PATIENCE: Duration = Duration::from_secs(10);

/// How often it is looked whether it has ended.
const ALONE_INTERVAL: Duration = Duration::from_millis(100);

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
    /// How large a chunk is at most.
    pub limits: ChunkLimits,
    /// Leaves files where they are.
    pub keep: bool,
    /// Takes a hospital's delivery once simulated time has come to when it was made.
    pub by_simulated_time: bool,
}

/// Loads what has arrived, and ends. `None` where a signal ended it before.
pub async fn once(
    settings: &Settings,
    shutdown: &CancellationToken,
) -> Result<Option<Summary>, IngestError> {
    let progress = Mutex::default();
    let is_done = round((settings, Due::Always), shutdown, &progress).await?;
    Ok(is_done.then_some(progress.into_inner().summary))
}

/// Loads what arrives, every so often and as soon as so many files have, until shutdown. What a folder
/// or a full disk does not let it do is tried again in the next round. A reset of the warehouse is waited
/// for, and what arrives then is loaded.
pub async fn run(
    settings: &Settings,
    pace: (Duration, usize),
    shutdown: &CancellationToken,
) -> Result<Summary, IngestError> {
    let place = (settings.database_url.as_str(), SERVICE);
    let working = in_epochs(place, shutdown, |epoch: Epoch| {
        rounds(settings, pace, epoch)
    });
    // Beside the rounds: it is they that fill a disk.
    tokio::select! {
        done = working => done,
        never = keep_measuring(settings) => match never {},
    }
}

/// Tells how full the folders' disks are, again and again.
async fn keep_measuring(settings: &Settings) -> Infallible {
    loop {
        metrics::disk("archive", &settings.archive);
        metrics::disk("landing", &settings.landing);
        sleep(DISK_INTERVAL).await;
    }
}

async fn rounds(
    settings: &Settings,
    (interval, files_min): (Duration, usize),
    epoch: Epoch,
) -> Result<Summary, IngestError> {
    let (simulation, shutdown) = (epoch.simulation(), epoch.ending);
    let progress = Mutex::default();
    metrics::begin(interval);
    let mut next_at = Instant::now();
    let mut seen = HashSet::new();
    while !shutdown.is_cancelled() {
        let now = simulation.borrow().as_ref().and_then(|it| it.simulated_at);
        let of = (settings, settings.due(now));
        let is_new = |file: &(PathBuf, Stamp)| !seen.contains(file);
        if Instant::now() >= next_at || lying(of).filter(is_new).count() >= files_min {
            let begun_at = Instant::now();
            let done = round(of, &shutdown, &progress).await;
            let summary = progress.lock().await.summary;
            let outcome = match done {
                Ok(true) => "done",
                Ok(false) => "interrupted",
                Err(_) => "failed",
            };
            metrics::round(begun_at.elapsed(), outcome, &summary);
            match done {
                Ok(_) => {}
                Err(error) if error.is_of_a_folder() => {
                    tracing::error!("{error}; the next round tries again");
                }
                Err(error) => return Err(error),
            }
            // What a round left where it is waits for the next one.
            seen = lying(of).collect();
            next_at = Instant::now() + interval;
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = sleep(POLL_INTERVAL) => {}
        }
    }
    Ok(progress.into_inner().summary)
}

impl Settings {
    /// Which deliveries are taken when simulated time is there.
    fn due(&self, now: Option<DateTime<Utc>>) -> Due {
        if self.by_simulated_time {
            Due::Until(now)
        } else {
            Due::Always
        }
    }
}

/// The files of complete deliveries that lie in the landing folder and are due. What is wrong with the
/// folder is told by a round.
fn lying((settings, due): (&Settings, Due)) -> impl Iterator<Item = (PathBuf, Stamp)> {
    let deliveries = Delivery::all(&settings.landing).unwrap_or_default();
    deliveries
        .into_iter()
        .filter(move |delivery| due.has_come(delivery))
        .flat_map(|delivery| delivery.files().collect::<Vec<_>>())
}

/// One round, however often the database goes away meanwhile. False where a signal ended it.
async fn round(
    (settings, due): (&Settings, Due),
    shutdown: &CancellationToken,
    progress: &Mutex<Progress>,
) -> Result<bool, IngestError> {
    folder::make(&settings.landing)?;
    progress.lock().await.begin_round();
    loop {
        let done = until_success(
            "load what has arrived",
            Backoff::default(),
            shutdown,
            IngestError::is_retryable,
            async || attempt((settings, due), shutdown, &mut *progress.lock().await).await,
        );
        match done.await {
            Ok(Some(is_done)) => return Ok(is_done),
            // It got on: whatever is awaited next is awaited as briefly as at first.
            Ok(None) => {}
            // Whoever reads a file may see the signal first.
            Err(Abandoned::Shutdown | Abandoned::Permanent(IngestError::Interrupted)) => {
                return Ok(false);
            }
            Err(Abandoned::Permanent(error)) => return Err(error),
        }
    }
}

/// A round over one connection. `None` where that was lost and some of the work was done.
async fn attempt(
    (settings, due): (&Settings, Due),
    shutdown: &CancellationToken,
    progress: &mut Progress,
) -> Result<Option<bool>, IngestError> {
    let mut ingest = connect(settings, shutdown).await?;
    progress.begin_attempt();
    let before = progress.summary;
    let days = Days::new(ingest.loader.days().await?);
    let done = Round {
        ingest: &mut ingest,
        landing: &settings.landing,
        settle: settings.settle,
        keep: settings.keep,
        due,
        progress,
        days,
        lost: Vec::new(),
    }
    .run()
    .await;
    match done {
        Err(error) if error.is_retryable() && progress.summary.is_further_than(&before) => {
            tracing::warn!(%error, "connecting again");
            Ok(None)
        }
        done => done.map(Some),
    }
}

async fn connect(settings: &Settings, shutdown: &CancellationToken) -> Result<Ingest, IngestError> {
    let client = database::connect(&settings.database_url, "wardflow batch-ingest").await?;
    migrate::require_current(&client).await?;
    key::require_key(&client, &settings.key).await?;
    let loader = FileLoader::new(client, settings.partitions).await?;
    Ok(Ingest {
        archive: alone(&loader, &settings.archive).await?,
        loader,
        key: settings.key.clone(),
        bad_share_max: settings.bad_share_max,
        limits: settings.limits,
        shutdown: shutdown.clone(),
    })
}

/// The archive, once nobody else works with it, nor on the warehouse. Whoever was killed holds both for
/// a moment longer: until the server has ended what it was doing.
async fn alone(loader: &FileLoader, archive: &Path) -> Result<Archive, IngestError> {
    let patience_until = Instant::now() + ALONE_PATIENCE;
    loop {
        if let Some(archive) = Archive::open(archive)?
            && loader.is_alone().await?
        {
            return Ok(archive);
        }
        if Instant::now() >= patience_until {
            return Err(IngestError::Busy);
        }
        sleep(ALONE_INTERVAL).await;
    }
}
