//! The command line of `generators`.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use chrono::{NaiveDate, NaiveTime};
use clap::{Args, Parser, Subcommand};
use domain::network::Network;
use platform::configuration::LogArgs;

use crate::small_flow::{Settings, SmallFlow};

const EXAMPLES: &str = "\
Examples:
  generators events --count 1000 --seed 42 | head -1
  generators events --count 1000000 --seed 42 --start 2026-03-02 > events.jsonl";

/// Makes synthetic hospital data
#[derive(Debug, Parser)]
#[command(name = "generators", version, before_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    log: LogArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print synthetic events as JSON lines, in the order of event time
    #[command(before_help = EXAMPLES)]
    Events(EventsArgs),
}

#[derive(Debug, Args)]
struct EventsArgs {
    /// How many events
    #[arg(long, value_name = "N")]
    count: u64,
    /// The seed: the same one gives the same events
    #[arg(long, value_name = "S", env = "SIMULATION_SEED", default_value_t = 42)]
    seed: u64,
    /// The first day
    #[arg(
        long,
        value_name = "DATE",
        env = "SIMULATION_START",
        default_value = "2026-03-02"
    )]
    start: NaiveDate,
}

/// Does what the command line asks for.
pub fn execute(arguments: Arguments) -> anyhow::Result<ExitCode> {
    platform::logging::start(&arguments.log)?;
    let Command::Events(events) = arguments.command;
    match print_events(&events) {
        // Whoever reads our output (`head`) has seen enough: that is no failure.
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn print_events(events: &EventsArgs) -> anyhow::Result<()> {
    let settings = Settings {
        seed: events.seed,
        start: events.start.and_time(NaiveTime::MIN).and_utc(),
        events: events.count,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    for event in SmallFlow::new(settings, &Network::embedded()?)? {
        serde_json::to_writer(&mut out, &event).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
