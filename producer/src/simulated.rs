//! `producer run`: synthetic events on Kafka, with what is stated of departments and staff.

use clap::builder::{FalseyValueParser, TypedValueParser as _};
use clap::{ArgAction, Args};
use database::DatabaseError;
use database::simulation::{Epoch, Scenario, in_epochs};
use generators::command::scenario::{FlowArgs, ScenarioArgsError};
use generators::command::trouble;
use generators::flow::{Length, Simulation};
use generators::scenario::ScenarioError;
use generators::truth_file::{self, TruthError};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::destination::{Destination, DestinationError};
use crate::pacer::Pacer;
use crate::progress::Progress;
use crate::resumption::Resume;
use crate::run_name;
use crate::sender::SendError;
use crate::speed::Speed;
use crate::statements::Statements;
use crate::transmission::{Transmission, transmit_with};

/// Its name among those that follow the control channel.
const SERVICE: &str = "producer";

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
    /// When all is sent, stay until a signal: a reset of the warehouse lets all be sent again
    #[arg(long)]
    pub stay: bool,
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
    /// The control channel cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseError),
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
    let flow = CountedFlow::new(&args.flow, shutdown)?;
    let sent = send(&flow, args, None, progress, shutdown).await?;
    stay(args, &sent, progress, shutdown).await;
    Ok(sent)
}

/// Waits for the end, where that is asked for.
async fn stay(
    args: &RunArgs,
    sent: &Transmission,
    progress: &Progress,
    ending: &CancellationToken,
) {
    if args.stay && !sent.was_interrupted {
        progress.step("all events are sent: waiting for a reset, or the end");
        ending.cancelled().await;
    }
}

/// The same at the pace of a warehouse's control channel. After a reset all is sent again.
pub async fn run_following(
    database_url: &str,
    args: &RunArgs,
    progress: &mut Progress,
    shutdown: &CancellationToken,
) -> Result<Transmission, RunError> {
    let flow = CountedFlow::new(&args.flow, shutdown)?;
    // One epoch after the other: nobody waits for it.
    let progress = Mutex::new(progress);
    let (flow, progress) = (&flow, &progress);
    let sent = in_epochs(
        (database_url, SERVICE),
        shutdown,
        |epoch: Epoch| async move {
            let args = RunArgs {
                resume: resume_in(&epoch, args.resume),
                ..args.clone()
            };
            let mut progress = progress.lock().await;
            let sent = send(flow, &args, Some(&epoch), &mut progress, &epoch.ending).await?;
            stay(&args, &sent, &progress, &epoch.ending).await;
            Ok::<_, RunError>(Some(sent))
        },
    );
    sent.await?
        .ok_or(RunError::Destination(DestinationError::Interrupted))
}

/// In a topic that was made again there is nothing to refuse.
fn resume_in(epoch: &Epoch, resume: Resume) -> Resume {
    if epoch.is_first() {
        resume
    } else {
        Resume::OrAppend
    }
}

/// Sends a flow that was counted already, and is that of the arguments; in an epoch of a control channel
/// that is said there, and its pace followed.
pub async fn send(
    flow: &CountedFlow,
    args: &RunArgs,
    epoch: Option<&Epoch>,
    progress: &mut Progress,
    shutdown: &CancellationToken,
) -> Result<Transmission, RunError> {
    if let Some(epoch) = epoch {
        epoch
            .announce(&announced(flow, args), args.speed.times())
            .await?;
    }
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
    let run = run_name::in_epoch(run, epoch.map_or(1, |epoch| epoch.number));
    let connection = args.destination.open(run.clone(), args.resume, shutdown);
    let connection = connection.await?;
    let sources = (run.as_str(), simulation.scenario(), &staff);
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
        Pacer::new(args.speed, epoch),
        (progress, shutdown),
    )
    .await?;
    if let (Some(epoch), Length::Days(days), false) = (epoch, length, sent.was_interrupted) {
        epoch.pass(simulation.ends_at(days));
    }
    trouble::tell(events.tally(), &simulation.scenario().network);
    Ok(sent)
}

/// What others shall know of a flow.
fn announced(flow: &CountedFlow, args: &RunArgs) -> Scenario {
    let scenario = flow.simulation.scenario();
    let hospitals = scenario.network.hospitals.iter();
    Scenario {
        seed: Some(scenario.seed),
        starts_on: Some(scenario.start),
        days: match args.flow.length() {
            Length::Days(days) => Some(days),
            Length::Events(_) => None,
        },
        scale: Some(args.flow.scenario.scale.as_str().to_owned()),
        hospitals: hospitals.map(|it| it.code.clone()).collect(),
    }
}
