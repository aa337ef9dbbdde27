//! The command line of the producer, and what it prints.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::anyhow;
use clap::{Args, Parser, Subcommand};
use platform::configuration::LogArgs;
use platform::endpoint::{EndpointArgs, Need, listen};
use platform::kafka::Cluster;
use platform::registry::Registry;
use platform::shutdown::{interrupted, on_signal};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::destination::Destination;
use crate::progress::Progress;
use crate::replay::{Replay, ReplayArgs, replay};
use crate::simulated::{RunArgs, run, run_following};
use crate::transmission::Transmission;

const EXAMPLES: &str = "\
Examples:
  producer replay --format mimic --dir ~/mimic-iii-demo
  producer replay --format mimic --dir ~/mimic-iii-demo --speed 86400 --json
  producer run --events 100000 --seed 42
  producer run --events 100000 --seed 42 --start 2026-03-02 --speed 96
  producer run --faults default --truth ground_truth.csv";

/// Sends hospital events to Kafka.
#[derive(Debug, Parser)]
#[command(name = "producer", version, before_help = EXAMPLES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Logs.
    #[command(flatten)]
    pub log: LogArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sends a real extract as events, in the order of event time
    #[command(before_help = "Example:\n  producer replay --format mimic --dir ~/mimic-iii-demo")]
    Replay(Box<Output<ReplayArgs>>),
    /// Sends synthetic events; started again, it goes on where the topic ends
    #[command(
        before_help = "Examples:\n  producer run --events 100000 --seed 42 --speed max\n  producer run --events 100000 --seed 43 --append\n  producer run --days 9 --faults default --truth ground_truth.csv"
    )]
    Run(Box<Output<FollowingArgs>>),
}

/// What to send, and who says how fast.
#[derive(Debug, Args)]
pub struct FollowingArgs {
    /// What to send.
    #[command(flatten)]
    pub run: RunArgs,
    /// The warehouse, as the loader, where the speed may change, a pause may come and a reset:
    /// `simulation speed`, `pause` and `reset`
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Where it tells how it is.
    #[command(flatten)]
    pub endpoint: EndpointArgs,
}

/// A command's own arguments, and the form of its result.
#[derive(Debug, Args)]
pub struct Output<T: Args> {
    /// The command's own arguments.
    #[command(flatten)]
    pub args: T,
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// Does what the command line asks for, on a runtime of its own.
pub fn execute(arguments: Arguments) -> anyhow::Result<ExitCode> {
    platform::logging::start(&arguments.log)?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| anyhow!("cannot start the async runtime: {error}"))?;
    runtime.block_on(async {
        let shutdown = on_signal()?;
        let outcome = match arguments.command {
            Command::Replay(output) => replay_and_report(&output, &shutdown).await,
            Command::Run(output) => run_and_report(&output, &shutdown).await,
        };
        match outcome {
            // Whoever ended it while it waited for Kafka knows why it did not succeed.
            Err(error) if shutdown.is_cancelled() => {
                tracing::warn!("{error}");
                Ok(interrupted())
            }
            outcome => outcome,
        }
    })
}

async fn replay_and_report(
    output: &Output<ReplayArgs>,
    shutdown: &CancellationToken,
) -> anyhow::Result<ExitCode> {
    let mut progress = Progress::on_stderr();
    let done = replay(&output.args, &mut progress, shutdown).await?;
    print(output.json, &done, write_replay)?;
    Ok(exit_code(&done.transmission))
}

async fn run_and_report(
    output: &Output<FollowingArgs>,
    shutdown: &CancellationToken,
) -> anyhow::Result<ExitCode> {
    let mut progress = Progress::on_stderr();
    let args = &output.args.run;
    listen(
        "producer",
        &output.args.endpoint,
        needs(&output.args)?,
        shutdown,
    )
    .await?;
    let done = match &output.args.database_url {
        Some(url) => run_following(url, args, &mut progress, shutdown).await?,
        None => run(args, &mut progress, shutdown).await?,
    };
    print(output.json, &done, write_transmission)?;
    Ok(exit_code(&done))
}

/// What a producer needs to get on.
fn needs(args: &FollowingArgs) -> anyhow::Result<Vec<Need>> {
    let Destination {
        kafka, registry, ..
    } = &args.run.destination;
    let mut needs = vec![
        Cluster::connect(kafka)?.need(),
        Registry::new(registry)?.need(),
    ];
    needs.extend(args.database_url.as_deref().map(database::need));
    Ok(needs)
}

fn exit_code(transmission: &Transmission) -> ExitCode {
    if transmission.was_interrupted || transmission.unacknowledged > 0 {
        interrupted()
    } else {
        ExitCode::SUCCESS
    }
}

fn print<T: Serialize>(
    as_json: bool,
    result: &T,
    write: impl Fn(&mut dyn Write, &T) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        serde_json::to_writer_pretty(&mut out, result)?;
        writeln!(out)?;
    } else {
        write(&mut out, result)?;
    }
    Ok(())
}

fn write_replay(out: &mut dyn Write, done: &Replay) -> io::Result<()> {
    write_transmission(out, &done.transmission)?;
    match done.refused_rows.len() {
        0 => writeln!(out, "  rows refused     0")?,
        rows => writeln!(
            out,
            "  rows refused     {rows}: each is named in the log, with its reason; they were sent nowhere"
        )?,
    }
    if done.open_encounters > 0 {
        writeln!(
            out,
            "  open encounters  {}: they have no discharge row",
            done.open_encounters
        )?;
    }
    Ok(())
}

fn write_transmission(out: &mut dyn Write, sent: &Transmission) -> io::Result<()> {
    let outcome = if sent.was_interrupted {
        "Interrupted"
    } else {
        "Done"
    };
    writeln!(
        out,
        "{outcome}: {} events are in {}.",
        sent.already_there + sent.events,
        sent.topic
    )?;
    if sent.already_there > 0 {
        writeln!(
            out,
            "  already there    {}; {} were sent now",
            sent.already_there, sent.events
        )?;
    }
    let by_type: Vec<String> = sent
        .events_by_type
        .iter()
        .map(|(event_type, count)| format!("{event_type} {count}"))
        .collect();
    if !by_type.is_empty() {
        writeln!(out, "  by trigger       {}", by_type.join(", "))?;
    }
    if let (Some(first), Some(last)) = (&sent.first_occurred_at, &sent.last_occurred_at) {
        writeln!(out, "  event time       {first} to {last}")?;
    }
    for (topic, statements) in &sent.statements {
        writeln!(out, "  statements       {statements} are in {topic}")?;
    }
    writeln!(out, "  run              {}", sent.run)?;
    if sent.unacknowledged > 0 {
        writeln!(
            out,
            "  unacknowledged   {}: Kafka may or may not have them; send the same again, ids repeat",
            sent.unacknowledged
        )?;
    }
    Ok(())
}
