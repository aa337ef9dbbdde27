//! `producer run`: synthetic events on Kafka, with what is stated of departments and staff.

use clap::builder::{FalseyValueParser, TypedValueParser as _};
use clap::{ArgAction, Args};
use generators::command::scenario::{FlowArgs, ScenarioArgsError};
use generators::command::trouble;
use generators::flow::Simulation;
use generators::scenario::ScenarioError;
use generators::truth_file::{self, TruthError};
use tokio_util::sync::CancellationToken;

use crate::destination::{Destination, DestinationError};
use crate::progress::Progress;
use crate::resumption::Resume;
use crate::sender::SendError;
use crate::speed::Speed;
use crate::statements::Statements;
use crate::transmission::{Transmission, transmit_with};

/// Which synthetic events to send, and how.
#[derive(Debug, Clone, Args)]
pub struct RunArgs {
    /// Which events.
    #[command(flatten)]
    pub flow: FlowArgs,
    /// Simulated seconds in a second, or max: no waiting
    #[arg(
        long,
        value_name = "N|max",
        env = "SIMULATION_SPEED",
        default_value = "max"
    )]
    pub speed: Speed,
    /// Send the whole flow although the topic ends with other records; what of it the topic ends
    /// with is still not sent again
    #[arg(long = "append", action = ArgAction::SetTrue,
        value_parser = FalseyValueParser::new().map(Resume::of_append))]
    pub resume: Resume,
    /// Where the events go.
    #[command(flatten)]
    pub destination: Destination,
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// There is no such scenario.
    #[error(transparent)]
    Arguments(#[from] ScenarioArgsError),
    /// The scenario cannot be simulated.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The ground truth cannot be written.
    #[error(transparent)]
    Truth(#[from] TruthError),
    /// Kafka or the registry cannot be used.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// Sending failed.
    #[error(transparent)]
    Send(#[from] SendError),
}

/// A simulation, and how many events are to be sent of it.
#[derive(Debug)]
pub struct CountedFlow {
    /// Where the events come from.
    pub simulation: Simulation,
    /// How many there are.
    pub events: u64,
}

impl CountedFlow {
    /// The flow of a command line; reads its files.
    pub fn new(args: &FlowArgs, shutdown: &CancellationToken) -> Result<Self, RunError> {
        let simulation = args.simulation()?;
        let events = simulation.count_events(args.length(), shutdown)?;
        Ok(Self { simulation, events })
    }
}

/// Sends a flow of synthetic events: what of it is not in the topic yet.
pub async fn run(
    args: &RunArgs,
    progress: &mut Progress,
    shutdown: &CancellationToken,
) -> Result<Transmission, RunError> {
    send(
        &CountedFlow::new(&args.flow, shutdown)?,
        args,
        progress,
        shutdown,
    )
    .await
}

/// The same of a flow that was counted already; it must be that of the arguments.
pub async fn send(
    flow: &CountedFlow,
    args: &RunArgs,
    progress: &mut Progress,
    shutdown: &CancellationToken,
) -> Result<Transmission, RunError> {
    let (simulation, count) = (&flow.simulation, flow.events);
    let length = args.flow.length();
    let registry = simulation.registry()?;
    let staff = simulation.staff()?;
    if let Some(path) = &args.flow.truth {
        progress.step(&format!("writing every fault to {}", path.display()));
        truth_file::write(simulation, &registry, &staff, length, (path, shutdown))?;
    }
    let mut events = simulation.sent(&registry, &staff, length)?;
    progress.step("connecting to Kafka and the schema registry");
    let run = simulation.scenario().flow_name();
    let connection = args.destination.open(run, args.resume, shutdown).await?;
    let sources = (simulation.scenario(), &staff);
    let (destination, resume) = (&args.destination, args.resume);
    let statements = Statements::open(sources, destination, resume, shutdown).await?;
    progress.step(&format!(
        "sending {count} events to {}",
        connection.sender.topic()
    ));
    progress.begin(count);
    let sent = transmit_with(
        Some(statements),
        events.by_ref(),
        connection,
        args.speed,
        (progress, shutdown),
    )
    .await?;
    trouble::tell(events.tally(), &simulation.scenario().network);
    Ok(sent)
}
