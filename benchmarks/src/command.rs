//! The command line of `benchmarks`.

mod batch;
mod consume;
mod decode;
mod ehr;
mod growth;
mod history;
mod late;
mod latency;
mod memory;
mod nine_days;
mod peers;
mod people;
mod produce;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use platform::configuration::LogArgs;
use platform::shutdown::{interrupted, on_signal};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::comparison::Report;
use crate::events::Events;
use crate::table;

const EXAMPLES: &str = "\
Examples:
  benchmarks people
  benchmarks people --count 1000000 --runs 5 --json
  benchmarks ehr --scale full --days 2
  benchmarks batch --scale quick --days 8
  benchmarks peers --events 1000000 --dir /mnt/disk
  benchmarks produce --events 1000000 --dir /mnt/disk
  benchmarks decode
  benchmarks history --events 500000";

/// Measures performance, each figure beside a limit or a peer
#[derive(Debug, Parser)]
#[command(name = "benchmarks", version, before_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    log: LogArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(
        before_help = people::EXAMPLES,
        about = "Write people.csv, beside dd, Python's Faker, and numpy with polars"
    )]
    People(people::PeopleArgs),
    /// Write days of the hospitals' extracts, beside dd
    #[command(before_help = ehr::EXAMPLES)]
    Ehr(ehr::EhrArgs),
    /// Take daily snapshots into a warehouse, beside a raw COPY of the same files
    #[command(before_help = batch::EXAMPLES)]
    Batch(batch::BatchArgs),
    /// Take all that nine days bring into a warehouse, beside a raw COPY of the same files
    #[command(before_help = nine_days::EXAMPLES)]
    NineDays(nine_days::NineDaysArgs),
    /// Load events from Kafka into all layers, beside a bare COPY of the same events
    #[command(before_help = consume::EXAMPLES)]
    Consume(EventsArgs),
    /// Load portions of events into a warehouse that grows, the last beside the first
    #[command(before_help = growth::EXAMPLES)]
    Growth(growth::GrowthArgs),
    /// Load events that come late or in no order, beside the same events in order
    #[command(before_help = late::EXAMPLES)]
    Late(late::LateArgs),
    /// Load the same events by Debezium's JDBC sink, by Python, and by ours
    #[command(before_help = peers::EXAMPLES)]
    Peers(peers::PeersArgs),
    /// Send events to Kafka, beside librdkafka that is handed ready payloads
    #[command(before_help = produce::EXAMPLES)]
    Produce(produce::ProduceArgs),
    /// Read payloads of events, beside the crate apache-avro
    #[command(before_help = decode::EXAMPLES)]
    Decode(InMemoryArgs),
    /// Fold patients' records into gold, beside sorting them, and with ten times the history
    #[command(before_help = history::EXAMPLES)]
    History(InMemoryArgs),
    /// Follow events from the broker into gold, alone and while snapshots are loaded
    #[command(before_help = latency::EXAMPLES)]
    Latency(latency::LatencyArgs),
    /// See how much memory the consumer takes of many events, of large ones, and while PostgreSQL is away
    #[command(before_help = memory::EXAMPLES)]
    Memory(memory::MemoryArgs),
}

/// How outcomes are printed.
#[derive(Debug, Args)]
struct PrintArgs {
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl PrintArgs {
    fn print(&self, report: &Report) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.json {
            serde_json::to_writer_pretty(&mut out, report)?;
            return writeln!(out);
        }
        table::write(&mut out, report)
    }
}

/// The disk that is measured.
#[derive(Debug, Args)]
struct DiskArgs {
    /// Folder to write to, on the disk to be measured; made if missing [default: the current one]
    #[arg(
        long,
        value_name = "DIR",
        default_value = ".",
        hide_default_value = true
    )]
    dir: PathBuf,
}

impl DiskArgs {
    /// A folder of this measuring's own.
    fn folder(&self) -> anyhow::Result<TempDir> {
        fs::create_dir_all(&self.dir)
            .with_context(|| format!("cannot make the folder {}", self.dir.display()))?;
        tempfile::Builder::new()
            .prefix("benchmark-")
            .tempdir_in(&self.dir)
            .with_context(|| format!("cannot make a folder in {}", self.dir.display()))
    }
}

/// What a benchmark works on that loads a warehouse.
#[derive(Debug, Args)]
struct LoadArgs {
    /// Scale of the data, quick or full
    #[arg(long, value_name = "SCALE", default_value = "full")]
    scale: String,
    #[command(flatten)]
    disk: DiskArgs,
    #[command(flatten)]
    print: PrintArgs,
}

/// What a benchmark works on that loads events from Kafka.
#[derive(Debug, Args)]
struct EventsArgs {
    #[command(flatten)]
    load: LoadArgs,
    /// How many events
    #[arg(long, value_name = "N", default_value_t = 300_000, value_parser = clap::value_parser!(u32).range(1..))]
    events: u32,
    /// Workers of the consumer, each with a connection of its own
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    lanes: u16,
    /// How many runs
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
}

/// What a benchmark works on that has its events in memory.
#[derive(Debug, Args)]
struct InMemoryArgs {
    /// How many events, of the quick scale
    #[arg(long, value_name = "N", default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..))]
    events: u32,
    /// How many runs over all of them
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    #[command(flatten)]
    print: PrintArgs,
}

impl EventsArgs {
    fn events<'e>(&'e self, folder: &'e Path, shutdown: &'e CancellationToken) -> Events<'e> {
        Events {
            scale: &self.load.scale,
            count: self.events,
            lanes: self.lanes,
            runs: self.runs,
            folder,
            shutdown,
        }
    }
}

/// Does what the command line asks for.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    platform::logging::start(&arguments.log)?;
    if cfg!(debug_assertions) {
        tracing::warn!(
            "this is a build for debugging: its figures say nothing (cargo build --release)"
        );
    }
    // Waits for signals; programs are run by this thread.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let shutdown = runtime.block_on(async { on_signal() })?;
    let outcome = match &arguments.command {
        Command::People(people) => people::measure(people, &shutdown),
        Command::Ehr(ehr) => ehr::measure(ehr, &shutdown),
        Command::Batch(batch) => batch::measure(batch, &runtime, &shutdown),
        Command::NineDays(days) => nine_days::measure(days, &runtime, &shutdown),
        Command::Consume(consume) => consume::measure(consume, &runtime, &shutdown),
        Command::Growth(growth) => growth::measure(growth, &runtime, &shutdown),
        Command::Peers(peers) => peers::measure(peers, &runtime, &shutdown),
        Command::Produce(produce) => produce::measure(produce, &runtime, &shutdown),
        Command::Decode(decode) => decode::measure(decode, &shutdown),
        Command::History(history) => history::measure(history, &shutdown),
        Command::Late(late) => late::measure(late, &runtime, &shutdown),
        Command::Latency(latency) => latency::measure(latency, &runtime, &shutdown),
        Command::Memory(memory) => memory::measure(memory, &runtime, &shutdown),
    };
    match outcome {
        Err(error) if shutdown.is_cancelled() => {
            tracing::warn!("{error}");
            Ok(interrupted())
        }
        outcome => outcome.map(|()| ExitCode::SUCCESS),
    }
}
