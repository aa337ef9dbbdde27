//! `producer run`: synthetic events on Kafka.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use chrono::{NaiveDate, NaiveTime};
use clap::builder::{FalseyValueParser, TypedValueParser as _};
use clap::{ArgAction, Args};
use domain::network::{JOHANNESBURG, Network, NetworkError};
use generators::small_flow::{NoWards, Settings, SmallFlow};
use tokio_util::sync::CancellationToken;

use crate::destination::{Destination, DestinationError};
use crate::progress::Progress;
use crate::resumption::Resume;
use crate::run_name;
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
    /// Send the whole flow although the topic ends with other records; what of it the topic ends
    /// with is still not sent again
    #[arg(long = "append", action = ArgAction::SetTrue,
        value_parser = FalseyValueParser::new().map(Resume::of_append))]
    pub resume: Resume,
    /// Where the events go.
    #[command(flatten)]
    pub destination: Destination,
}

impl RunArgs {
    /// The flow's name in the header `wardflow.run`.
    pub fn run_name(&self) -> Result<String, RunError> {
        Ok(run_name::of_flow(
            self.seed,
            self.start,
            &self.network_toml()?,
        ))
    }

    fn network_toml(&self) -> Result<Cow<'static, str>, RunError> {
        let Some(path) = &self.network else {
            return Ok(JOHANNESBURG.into());
        };
        let toml = std::fs::read_to_string(path).map_err(|source| RunError::NetworkFile {
            path: path.clone(),
            source,
        })?;
        Ok(toml.into())
    }

    /// The network file as errors name it.
    fn network_name(&self) -> PathBuf {
        self.network
            .clone()
            .unwrap_or_else(|| "johannesburg.toml".into())
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
    #[error("the network file {}: {source}", .path.display())]
    Network {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: NetworkError,
    },
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

/// Sends a flow of synthetic events: what of it is not in the topic yet.
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
    let network = Network::parse(&args.network_toml()?).map_err(|source| RunError::Network {
        path: args.network_name(),
        source,
    })?;
    let flow = SmallFlow::new(settings, &network)?;
    let run = args.run_name()?;
    progress.step("connecting to Kafka and the schema registry");
    let connection = args.destination.open(run, args.resume, shutdown).await?;
    progress.step(&format!(
        "sending {} events to {}",
        args.events,
        connection.sender.topic()
    ));
    progress.begin(args.events);
    Ok(transmit(flow, connection, args.speed, progress, shutdown).await?)
}
