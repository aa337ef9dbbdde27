//! The command line of `simulation`.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::pin::pin;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use embedded::{Home, Machine, Wanted};
use platform::complaint::complaint;
use platform::configuration::{HomeArgs, LogArgs};
use platform::screen::say;
use platform::shutdown::{interrupted, on_signal};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::addresses::{Addresses, named};
use crate::check::{CheckArgs, check, check_files};
use crate::control::{Change, SpeedArgs};
use crate::epoch::run_in_epochs;
use crate::extracts::{Folders, days};
use crate::faults::{FaultsArgs, faults};
use crate::hand_in::{self, HandInArgs};
use crate::holder::{Holder, open, running};
use crate::reset::{ResetArgs, is_meant, reset};
use crate::run::{RunArgs, SourceKind};
use crate::score::{ScoreArgs, score};
use crate::serve::{ServeArgs, serve};
use crate::services::Available;
use crate::status::{Status, StatusArgs};
use crate::summary::Summary;
use crate::trace::{TraceArgs, trace};
use crate::{control, doctor, exec, supervisor};

const EXAMPLES: &str = "\
Examples:
  simulation run                                    nine days of seven hospitals end to end
  simulation run --source mimic --dir ~/mimic-demo  a real extract end to end
  simulation up                                     keep the private services running
  simulation doctor                                 what is missing on this machine";

/// How long a run that has lost a service may take to end in order.
const PATIENCE_WITH_RUN: Duration = Duration::from_secs(2);

/// How long what still waits may take to end before the process does.
const PATIENCE: Duration = Duration::from_secs(8);

/// Within this time a service that has ended is noticed.
const LOOK: Duration = Duration::from_millis(500);

/// The whole platform in one command
#[derive(Debug, Parser)]
#[command(name = "simulation", version, before_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    log: LogArgs,
    #[command(flatten)]
    home: HomeArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the main job end to end and prove the result
    #[command(
        before_help = "Examples:\n  simulation run --events 20000 --fresh\n  simulation run --source mimic --dir ~/mimic-demo --json"
    )]
    Run(Box<RunArgs>),
    /// Score the rules: how many of a dirty run's faults they found, and what else they hit
    #[command(
        before_help = "Example:\n  simulation run --faults default --fresh && simulation score --faults default"
    )]
    Score(Box<ScoreArgs>),
    /// Check the work of a day of the course, with a hint at what is missing
    #[command(
        before_help = "Examples:\n  simulation check 1 --dir data\n  simulation check 6 --json"
    )]
    Check(Box<CheckArgs>),
    /// Follow one record: where it came, what the rules did, the rows of gold it made, or why not
    #[command(
        before_help = "Examples:\n  simulation trace 0597679b-d738-7bfb-afff-fa5c74dd6d49\n  simulation trace SOWETO-EAST/2026-03-02/encounters:17\n  simulation trace network/2026-03-01/people:17\n  simulation trace hospital.adt.events/0/17 --json"
    )]
    Trace(TraceArgs),
    /// How far the simulation is, what came and what became of it, and who works
    #[command(before_help = "Examples:\n  simulation status\n  simulation status --json | jq .day")]
    Status(StatusArgs),
    /// Let simulated time run at another speed, also in the middle of a run
    #[command(before_help = "Examples:\n  simulation speed 96\n  simulation speed max")]
    Speed(SpeedArgs),
    /// Let simulated time stand still
    #[command(before_help = "Example:\n  simulation pause")]
    Pause,
    /// Let simulated time go on after a pause
    #[command(before_help = "Example:\n  simulation resume")]
    Resume,
    /// Empty topics, tables and folders; services that run begin anew by themselves
    #[command(before_help = "Example:\n  simulation reset --yes")]
    Reset(ResetArgs),
    /// Make the zip that the course asks for, and check it
    #[command(
        before_help = "Examples:\n  simulation hand-in\n  simulation hand-in --out mine.zip --data data\n  simulation hand-in --check mine.zip"
    )]
    HandIn(Box<HandInArgs>),
    /// Watch the warehouse: tell metrics of it, and where everything is, until Ctrl-C
    #[command(
        before_help = "Examples:\n  simulation serve --metrics-addr 127.0.0.1:9400\n  simulation serve --metrics-addr 0.0.0.0:9400 --place Grafana=http://localhost:23000"
    )]
    Serve(ServeArgs),
    /// Start the private services and keep them running
    #[command(before_help = "Example:\n  simulation up && simulation exec -- env")]
    Up,
    /// Stop the services that `up` keeps running
    #[command(before_help = "Example:\n  simulation down")]
    Down,
    /// Try that gold does not depend on what happens to services on the way
    #[command(
        before_help = "Examples:\n  simulation faults --runs 20\n  simulation faults --runs 1 --seed 17"
    )]
    Faults(FaultsArgs),
    /// Look at what the platform needs on this machine
    #[command(before_help = "Example:\n  simulation doctor")]
    Doctor,
    /// Fetch the jars of the private services, so that later starts need no network
    #[command(before_help = "Example:\n  WARDFLOW_CACHE=/srv/cache simulation fetch")]
    Fetch,
    /// Run a command with the services' addresses in its environment
    #[command(
        before_help = "Examples:\n  simulation exec -- env\n  simulation exec --services postgres -- psql \"$DATABASE_URL\""
    )]
    Exec {
        /// The services that it needs
        #[arg(long, value_enum, default_value = "all")]
        services: Needed,
        /// The command and its arguments
        #[arg(last = true, required = true)]
        command: Vec<OsString>,
    },
    #[command(hide = true)]
    Supervise,
}

/// The services that a command needs.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Needed {
    /// PostgreSQL, Kafka and the schema registry
    All,
    /// PostgreSQL alone, which starts in a moment
    Postgres,
    /// PostgreSQL, and Kafka where the warehouse is the private one
    Log,
}

impl From<Needed> for Wanted {
    fn from(needed: Needed) -> Self {
        match needed {
            Needed::All => Self::ALL,
            Needed::Postgres => Self::POSTGRES,
            // The log of another warehouse is not in a Kafka of ours.
            Needed::Log if named("DATABASE_URL").is_some() => Self::POSTGRES,
            Needed::Log => Self {
                kafka: true,
                ..Self::POSTGRES
            },
        }
    }
}

/// Does what the command line asks for, on a runtime of its own.
pub fn execute(arguments: Arguments) -> anyhow::Result<ExitCode> {
    platform::logging::start(&arguments.log)?;
    let home = arguments.home.wardflow_home;
    let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
    let outcome = runtime.block_on(async {
        let shutdown = match arguments.command {
            // It hears of signals itself: they are the command's that it runs.
            Command::Exec { .. } => CancellationToken::new(),
            _ => on_signal()?,
        };
        let outcome = match arguments.command {
            Command::Run(args) => Box::pin(run_and_tell(&args, &home, &shutdown)).await,
            Command::Score(args) => score_and_tell(&args, &home, &shutdown).await,
            Command::Check(args) => check_and_tell(&args, &home, &shutdown).await,
            Command::Trace(args) => trace_and_tell(&args, &home, &shutdown).await,
            Command::Status(args) => tell_status(args, &home, &shutdown).await,
            Command::Speed(args) => change_and_tell(Change::Speed(args), &home, &shutdown).await,
            Command::Pause => change_and_tell(Change::Pause, &home, &shutdown).await,
            Command::Resume => change_and_tell(Change::Resume, &home, &shutdown).await,
            Command::Reset(args) => reset_and_tell(args, &home, &shutdown).await,
            Command::HandIn(args) => hand_in_and_tell(&args, &shutdown),
            Command::Serve(args) => serve_and_wait(&args, &home, &shutdown).await,
            Command::Up => supervisor::up(&home, &shutdown)
                .await
                .map(|()| ExitCode::SUCCESS),
            Command::Down => supervisor::down(&home).await.map(|()| ExitCode::SUCCESS),
            Command::Faults(args) => faults(&args, &shutdown).await.map(exit_code),
            Command::Doctor => doctor::doctor(&home).await.map(exit_code),
            Command::Fetch => fetch().await,
            Command::Exec { services, command } => {
                exec::exec(&home, services.into(), &command).await
            }
            Command::Supervise => supervisor::supervise(&home, &shutdown)
                .await
                .map(|()| ExitCode::SUCCESS),
        };
        match outcome {
            // Whoever ended it knows why it did not succeed.
            Err(error) if shutdown.is_cancelled() => {
                tracing::warn!("{}", complaint(error.as_ref()));
                Ok(interrupted())
            }
            outcome => outcome,
        }
    });
    // What still waits then, as for a download, ends with this process.
    runtime.shutdown_timeout(PATIENCE);
    outcome
}

fn exit_code(well: bool) -> ExitCode {
    if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn run_and_tell(
    args: &RunArgs,
    home: &Path,
    shutdown: &CancellationToken,
) -> anyhow::Result<ExitCode> {
    check_extract(args)?;
    if args.fresh {
        delete_data(home)?;
    }
    let available = tokio::select! {
        available = Available::to_the_end(home) => available?,
        () = shutdown.cancelled() => bail!("interrupted"),
    };
    if !available.are_own() {
        say("using services that are already running");
    }
    let _held = hold_for_files(args, home)?;
    let outcome = Box::pin(run_while_alive(args, home, &available, shutdown)).await;
    let stopped = available.stop().await;
    let summary = outcome?;
    stopped?;
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", summary.to_json())?;
    } else {
        summary.render(&mut out)?;
    }
    Ok(exit_code(summary.is_green()))
}

/// Extracts and the report lie in the home, also where all services are others': it is ours for that
/// time, and marked as a home. Whoever keeps services in it has marked it.
fn hold_for_files(args: &RunArgs, home: &Path) -> anyhow::Result<Option<Home>> {
    let has_extracts = args.source == SourceKind::Synthetic && days(args.flow.length()).is_some();
    if !(has_extracts || args.report) || Holder::of(home)?.is_some() {
        return Ok(None);
    }
    open(home).map(Some)
}

async fn score_and_tell(
    args: &ScoreArgs,
    home: &Path,
    shutdown: &CancellationToken,
) -> anyhow::Result<ExitCode> {
    let folders = Folders::of(home);
    let score = with_services(home, Wanted::POSTGRES, shutdown, async |addresses| {
        score(args, &folders, addresses, shutdown).await
    });
    let score = score.await?;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &score)?;
        writeln!(out)?;
    } else {
        score.render(&mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn check_and_tell(
    args: &CheckArgs,
    home: &Path,
    shutdown: &CancellationToken,
) -> anyhow::Result<ExitCode> {
    let grade = if let Some(grade) = check_files(args)? {
        grade
    } else {
        let grade = with_services(home, Wanted::ALL, shutdown, async |addresses| {
            check(args, addresses, shutdown).await
        });
        grade.await?
    };
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &grade)?;
        writeln!(out)?;
    } else {
        grade.render(&mut out)?;
    }
    Ok(exit_code(grade.is_passed()))
}

async fn trace_and_tell(
    args: &TraceArgs,
    home: &Path,
    shutdown: &CancellationToken,
) -> anyhow::Result<ExitCode> {
    let traced = with_services(home, Wanted::POSTGRES, shutdown, async |addresses| {
        trace(args, addresses).await
    });
    let traced = traced.await?;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &traced.to_json())?;
        writeln!(out)?;
    } else {
        database::trace::render(&traced, &mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn tell_status(
    args: StatusArgs,
    home: &Path,
    shutdown: &CancellationToken,
) -> anyhow::Result<ExitCode> {
    let folders = Folders::of(home);
    let status = with_services(home, Wanted::POSTGRES, shutdown, async |addresses| {
        Status::of(addresses, &folders).await
    });
    let status = status.await?;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &status.to_json())?;
        writeln!(out)?;
    } else {
        status.render(&mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn change_and_tell(
    change: Change,
    home: &Path,
    shutdown: &CancellationToken,
) -> anyhow::Result<ExitCode> {
    let changed = with_services(home, Wanted::POSTGRES, shutdown, async |addresses| {
        control::change(change, addresses).await
    });
    writeln!(std::io::stdout(), "{}", changed.await?)?;
    Ok(ExitCode::SUCCESS)
}

fn hand_in_and_tell(args: &HandInArgs, shutdown: &CancellationToken) -> anyhow::Result<ExitCode> {
    let found = hand_in::hand_in(args, shutdown)?;
    hand_in::render(&found, &mut std::io::stdout().lock())?;
    Ok(exit_code(found.iter().all(|it| it.complaint.is_none())))
}

async fn serve_and_wait(
    args: &ServeArgs,
    home: &Path,
    shutdown: &CancellationToken,
) -> anyhow::Result<ExitCode> {
    let served = with_services(home, Wanted::POSTGRES, shutdown, async |addresses| {
        serve(args, addresses, shutdown).await
    });
    served.await?;
    Ok(ExitCode::SUCCESS)
}

async fn reset_and_tell(
    args: ResetArgs,
    home: &Path,
    shutdown: &CancellationToken,
) -> anyhow::Result<ExitCode> {
    match is_meant(&args, home)? {
        Some(true) => {}
        Some(false) => {
            say("nothing was deleted");
            return Ok(ExitCode::FAILURE);
        }
        None => {
            tracing::error!("a reset deletes all data, and nobody can be asked here: give --yes");
            return Ok(ExitCode::from(2));
        }
    }
    let epoch = with_services(home, Needed::Log.into(), shutdown, async |addresses| {
        reset(&args, home, addresses, shutdown).await
    });
    writeln!(std::io::stdout(), "reset: epoch {}", epoch.await?)?;
    Ok(ExitCode::SUCCESS)
}

/// Does something with the services that there are, or with private ones for that time.
async fn with_services<T>(
    home: &Path,
    wanted: Wanted,
    shutdown: &CancellationToken,
    work: impl AsyncFnOnce(&Addresses) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let available = tokio::select! {
        available = Available::for_command(home, wanted) => available?,
        () = shutdown.cancelled() => bail!("interrupted"),
    };
    let outcome = work(&available.addresses).await;
    let stopped = available.stop().await;
    let done = outcome?;
    stopped?;
    Ok(done)
}

/// Without a service the run would try for ever to reach it.
async fn run_while_alive(
    args: &RunArgs,
    home: &Path,
    available: &Available,
    shutdown: &CancellationToken,
) -> anyhow::Result<Summary> {
    let ending = shutdown.child_token();
    let folders = Folders::of(home);
    let mut work = pin!(run_in_epochs(args, &folders, &available.addresses, &ending));
    let outcome = tokio::select! {
        outcome = &mut work => outcome,
        error = available.died() => {
            ending.cancel();
            let _ = timeout(PATIENCE_WITH_RUN, work).await;
            return Err(error);
        }
    };
    if outcome.is_err()
        && let Ok(cause) = timeout(LOOK, available.died()).await
    {
        return Err(cause);
    }
    outcome
}

/// Before anything is started: a folder that is no extract is said at once.
fn check_extract(args: &RunArgs) -> anyhow::Result<()> {
    if let (SourceKind::Mimic, Some(dir)) = (args.source, &args.dir) {
        producer::mimic::Extract::read(dir)?;
    }
    Ok(())
}

fn delete_data(home: &Path) -> anyhow::Result<()> {
    if let Some(id) = running(home)? {
        bail!("services are running (process {id}); first: ./wardflow simulation down");
    }
    open(home)?.delete_services()?;
    Folders::of(home).delete()
}

async fn fetch() -> anyhow::Result<ExitCode> {
    let machine = Machine::from_environment()?;
    tokio::task::spawn_blocking(move || embedded::fetch_jars(&machine)).await??;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_well_formed() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
        assert!(Arguments::try_parse_from(["simulation", "run", "--source", "mimic"]).is_err());
    }
}
