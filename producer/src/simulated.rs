//! `producer run`: synthetic events on Kafka.

use std::io;
use std::path::PathBuf;

use chrono::{NaiveDate, NaiveTime};
use clap::Args;
use domain::network::{JOHANNESBURG, Network, NetworkError};
use generators::small_flow::{NoWards, Settings, SmallFlow};
use tokio_util::sync::CancellationToken;

use crate::destination::{Destination, DestinationError};
use crate::progress::Progress;
use crate::sender::SendError;
use crate::speed::Speed;
use crate::transmission::{Transmission, transmit};

/// Which synthetic events to send, and how.
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// How many events
    #[arg(long, value_name = "N")]
    pub events: u64,
    /// The seed: the same one gives the same events
    #[arg(long, value_name = "S", env = "SIMULATION_SEED", default_value_t = 42)]
    pub seed: u64,
    /// The first day
    #[arg(
        long,
        value_name = "DATE",
        env = "SIMULATION_START",
        default_value = "2026-03-02"
    )]
    pub start: NaiveDate,
    /// Simulated seconds in a second, or max: no waiting
    #[arg(
        long,
        value_name = "N|max",
        env = "SIMULATION_SPEED",
        default_value = "max"
    )]
    pub speed: Speed,
    /// Network of hospitals, a TOML file; without it seven invented hospitals around Johannesburg
    #[arg(long, value_name = "FILE")]
    pub network: Option<PathBuf>,
    /// Where the events go.
    #[command(flatten)]
    pub destination: Destination,
}

impl RunArgs {
    /// The flow's name in the header `wardflow.run`. The number of events is left out: a longer
    /// flow begins with the shorter one.
    pub fn run_name(&self) -> String {
        format!("small:seed={}:start={}", self.seed, self.start)
    }
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The network file cannot be read.
    #[error("the network file {} cannot be read: {source}", .path.display())]
    NetworkFile {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The network file is wrong.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The network has no place for patients.
    #[error(transparent)]
    NoWards(#[from] NoWards),
    /// Kafka or the registry cannot be used.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// Sending failed.
    #[error(transparent)]
    Send(#[from] SendError),
}

/// Sends a flow of synthetic events.
pub async fn run(
    args: &RunArgs,
    progress: &mut Progress,
    shutdown: &CancellationToken,
) -> Result<Transmission, RunError> {
    let settings = Settings {
        seed: args.seed,
        start: args.start.and_time(NaiveTime::MIN).and_utc(),
        events: args.events,
    };
    let flow = SmallFlow::new(settings, &network(args)?)?;
    let run = args.run_name();
    progress.step("connecting to Kafka and the schema registry");
    let sender = args.destination.open(run, shutdown).await?;
    progress.step(&format!(
        "sending {} events to {}",
        args.events,
        sender.topic()
    ));
    progress.begin(args.events);
    Ok(transmit(flow, sender, args.speed, progress, shutdown).await?)
}

fn network(args: &RunArgs) -> Result<Network, RunError> {
    let Some(path) = &args.network else {
        return Ok(Network::parse(JOHANNESBURG)?);
    };
    let text = std::fs::read_to_string(path).map_err(|source| RunError::NetworkFile {
        path: path.clone(),
        source,
    })?;
    Ok(Network::parse(&text)?)
}
