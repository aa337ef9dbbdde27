//! The command `generators`.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use chrono::{NaiveDate, NaiveTime};
use clap::{Parser, Subcommand};
use domain::network::Network;
use generators::small_flow::{Settings, SmallFlow};

/// Makes synthetic hospital data.
#[derive(Debug, Parser)]
#[command(
    name = "generators",
    version,
    before_help = "Examples:\n  generators events --count 1000 --seed 42 | head -1\n  generators events --count 1000000 --seed 42 --start 2026-03-02 > events.jsonl"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Prints synthetic events as JSON lines, in the order of event time
    Events {
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
    },
}

fn main() -> ExitCode {
    let Command::Events { count, seed, start } = Arguments::parse().command;
    let settings = Settings {
        seed,
        start: start.and_time(NaiveTime::MIN).and_utc(),
        events: count,
    };
    match print_events(settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("generators: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print_events(settings: Settings) -> anyhow::Result<()> {
    let network = Network::embedded()?;
    let mut out = BufWriter::new(io::stdout().lock());
    for event in SmallFlow::new(settings, &network)? {
        serde_json::to_writer(&mut out, &event).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Whoever reads our output (`head`) has seen enough: that is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
