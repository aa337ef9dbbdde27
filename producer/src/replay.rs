//! `producer replay`: a real extract becomes events on Kafka.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use database::simulation::Epoch;
use serde::{Serialize, Serializer};
use tokio_util::sync::CancellationToken;

use crate::destination::{Destination, DestinationError};
use crate::mimic::{Extract, ExtractError, RefusedRow};
use crate::pacer::Pacer;
use crate::progress::Progress;
use crate::resumption::Resume;
use crate::run_name;
use crate::sender::SendError;
use crate::speed::Speed;
use crate::transmission::{Transmission, transmit};

/// What to replay, and how.
#[derive(Debug, Clone, Args)]
pub struct ReplayArgs {
    /// Format of the extract
    #[arg(long, value_name = "FORMAT")]
    pub format: Format,
    /// Folder of the extract
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// Simulated seconds in a second, or max: no waiting
    #[arg(
        long,
        value_name = "N|max",
        env = "SIMULATION_SPEED",
        default_value = "max"
    )]
    pub speed: Speed,
    /// Send nothing where a row of the extract is refused
    #[arg(long)]
    pub strict: bool,
    /// What the events may follow; the command sends all, whatever is there.
    #[arg(skip = Resume::Never)]
    pub resume: Resume,
    /// Where the events go.
    #[command(flatten)]
    pub destination: Destination,
}

/// Format of a real extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// MIMIC-III: ADMISSIONS.csv, TRANSFERS.csv, PATIENTS.csv and SERVICES.csv
    Mimic,
}

/// Why a replay failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The extract cannot be read.
    #[error("{0}; nothing was sent")]
    Extract(#[from] ExtractError),
    /// Nothing in the extract is understood.
    #[error("the extract in {} gives no event ({refused} rows refused); nothing was sent", .dir.display())]
    Empty {
        /// The folder.
        dir: PathBuf,
        /// Rows that were refused.
        refused: usize,
    },
    /// Rows were refused and the run is strict.
    #[error(
        "{refused} rows are refused and the run is --strict: nothing was sent; mend the rows named above, or leave --strict out to send all others"
    )]
    Strict {
        /// Rows that were refused.
        refused: usize,
    },
    /// An event cannot be written as JSON, which never happens.
    #[error("an event cannot be hashed: {0}")]
    Hash(#[from] serde_json::Error),
    /// Kafka or the registry cannot be used.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// Sending failed.
    #[error(transparent)]
    Send(#[from] SendError),
}

/// What a replay did.
#[derive(Debug, Clone, Serialize)]
pub struct Replay {
    /// What was sent.
    #[serde(flatten)]
    pub transmission: Transmission,
    /// Rows of the extract that were sent nowhere.
    #[serde(serialize_with = "as_reports")]
    pub refused_rows: Vec<RefusedRow>,
    /// Encounters without a discharge row.
    pub open_encounters: usize,
}

/// Replays an extract. Every refused row is a warning in the log.
pub async fn replay(
    args: &ReplayArgs,
    progress: &mut Progress,
    shutdown: &CancellationToken,
) -> Result<Replay, ReplayError> {
    let Format::Mimic = args.format;
    progress.step(&format!("reading the extract in {}", args.dir.display()));
    replay_extract(&Extract::read(&args.dir)?, args, None, progress, shutdown).await
}

/// Replays an extract that was read, at the pace of the control channel where there is one.
pub async fn replay_extract(
    extract: &Extract,
    args: &ReplayArgs,
    epoch: Option<&Epoch>,
    progress: &mut Progress,
    shutdown: &CancellationToken,
) -> Result<Replay, ReplayError> {
    let refused = extract.refused();
    for row in refused {
        tracing::warn!("{row}");
    }
    if !refused.is_empty() {
        tracing::warn!(
            "{} rows are refused; once they are mended, load the extract into a new warehouse",
            refused.len()
        );
    }
    if args.strict && !refused.is_empty() {
        return Err(ReplayError::Strict {
            refused: refused.len(),
        });
    }
    if extract.event_count() == 0 {
        return Err(ReplayError::Empty {
            dir: args.dir.clone(),
            refused: refused.len(),
        });
    }
    let run = run_name::of_extract("mimic", extract.events())?;
    let run = run_name::in_epoch(run, epoch.map_or(1, |epoch| epoch.number));
    progress.step("connecting to Kafka and the schema registry");
    let connection = args.destination.open(run, args.resume, shutdown).await?;
    progress.step(&format!(
        "sending {} events to {}",
        extract.event_count(),
        connection.sender.topic()
    ));
    progress.begin(extract.event_count() as u64);
    let events = extract.events();
    let pacer = Pacer::new(args.speed, epoch);
    let transmission = transmit(events, connection, pacer, progress, shutdown).await?;
    Ok(Replay {
        transmission,
        refused_rows: refused.to_vec(),
        open_encounters: extract.open_encounter_count(),
    })
}

/// A refused row as people read it.
fn as_reports<S: Serializer>(rows: &[RefusedRow], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rows.iter().map(ToString::to_string))
}
