//! The command line of `consumer`.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use platform::configuration::{KafkaArgs, LogArgs, PseudonymKeyArgs, RegistryArgs};
use platform::endpoint::{EndpointArgs, Need, listen};
use platform::kafka::Cluster;
use platform::registry::Registry;
use platform::shutdown::{interrupted, on_signal};

use crate::bulk::{self, BulkLoadArgs};
use crate::letters::{self, Letters};
use crate::resume::{ResumeArgs, resume};
use crate::{Limits, Settings, Summary, Until, run};

const EXAMPLES: &str = "\
Examples:
  consumer run                      load what comes, until Ctrl-C
  consumer run --until end --json   load what the topic holds now, and tell what was done
  consumer run --lanes 6            six workers, each with a connection of its own
  consumer bulk-load                all that the topics hold, into an empty warehouse at once
  consumer dead-letters list        what rules refused, and nobody has mended yet
  consumer resume --dry-run         partitions that stand still, as a rule refuses too much of them";

/// Reads hospital events from Kafka, cleans them and keeps the warehouse, exactly once
#[derive(Parser)]
#[command(name = "consumer", version, before_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    log: LogArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Load the topic's records into the warehouse
    #[command(before_help = EXAMPLES)]
    Run(Box<RunArgs>),
    /// Load all that the topics hold into an empty warehouse at once, as its owner
    #[command(before_help = bulk::EXAMPLES)]
    BulkLoad(Box<BulkLoadArgs>),
    /// Look at what rules refused, mend it, and send it again
    #[command(subcommand)]
    DeadLetters(Box<Letters>),
    /// Let on partitions that stand still, as a rule refused more than a fifth of their last records
    Resume(ResumeArgs),
}

#[derive(Args)]
struct RunArgs {
    #[command(flatten)]
    kafka: KafkaArgs,
    #[command(flatten)]
    registry: RegistryArgs,
    #[command(flatten)]
    key: PseudonymKeyArgs,
    #[command(flatten)]
    endpoint: EndpointArgs,
    /// The warehouse, as the loader: `postgres://wardflow_loader:...@HOST:PORT/wardflow`
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// Workers, each with one database connection
    #[arg(long, env = "CONSUMER_LANES", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    lanes: u16,
    /// The most records of a batch
    #[arg(long, env = "CONSUMER_BATCH_ROWS", default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch_rows: u32,
    /// The most bytes of a batch
    #[arg(long, env = "CONSUMER_BATCH_BYTES", default_value_t = 4 * 1024 * 1024, value_parser = clap::value_parser!(u32).range(1..))]
    batch_bytes: u32,
    /// How long a batch waits for more records, in milliseconds
    #[arg(long, env = "CONSUMER_BATCH_WAIT_MS", default_value_t = 200)]
    batch_wait_ms: u32,
    /// Name of this member in the consumer group, unique among those that run
    #[arg(long, env = "KAFKA_GROUP_INSTANCE_ID")]
    group_instance_id: Option<String>,
    /// When to stop: at a signal, or when all that the topic held at the start is loaded
    #[arg(long, value_enum, default_value = "shutdown")]
    until: UntilArg,
    /// Tell what was done as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum UntilArg {
    Shutdown,
    End,
}

/// Does what the command line asks for, on a runtime of its own.
pub fn execute(arguments: Arguments) -> anyhow::Result<ExitCode> {
    platform::logging::start(&arguments.log)?;
    match arguments.command {
        Command::Run(args) => execute_run(*args),
        Command::BulkLoad(args) => {
            let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
            let code = runtime.block_on(bulk::execute(*args))?;
            // A question to brokers that are away does not hold up the end.
            runtime.shutdown_background();
            Ok(code)
        }
        Command::DeadLetters(letters) => {
            let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
            runtime.block_on(letters::execute(*letters))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Resume(args) => {
            let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
            runtime.block_on(resume(args))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn execute_run(args: RunArgs) -> anyhow::Result<ExitCode> {
    let json = args.json;
    let endpoint = args.endpoint.clone();
    let settings = settings(args)?;
    let has_an_end = settings.until == Until::End;
    let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
    let (summary, was_interrupted) = runtime.block_on(async {
        let shutdown = on_signal()?;
        listen("consumer", &endpoint, needs(&settings)?, &shutdown).await?;
        let summary = run(settings, shutdown.clone()).await?;
        anyhow::Ok((summary, shutdown.is_cancelled()))
    })?;
    // A question to brokers that are away does not hold up the end.
    runtime.shutdown_background();
    tell(&summary, json).context("write the summary")?;
    Ok(if has_an_end && was_interrupted {
        interrupted()
    } else {
        ExitCode::SUCCESS
    })
}

fn settings(run: RunArgs) -> anyhow::Result<Settings> {
    Ok(Settings {
        key: run.key.load()?,
        kafka: run.kafka,
        registry: run.registry,
        database_url: run.database_url,
        lanes: run.lanes.into(),
        group_instance_id: run.group_instance_id,
        limits: Limits {
            batch_rows: run.batch_rows as usize,
            batch_bytes: run.batch_bytes as usize,
            batch_wait: Duration::from_millis(run.batch_wait_ms.into()),
        },
        until: match run.until {
            UntilArg::Shutdown => Until::Shutdown,
            UntilArg::End => Until::End,
        },
    })
}

/// What a consumer needs to get on.
fn needs(settings: &Settings) -> anyhow::Result<Vec<Need>> {
    Ok(vec![
        database::need(&settings.database_url),
        Cluster::connect(&settings.kafka)?.need(),
        Registry::new(&settings.registry)?.need(),
    ])
}

fn tell(summary: &Summary, json: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        let value = serde_json::json!({
            "batches": summary.batches,
            "loaded": summary.loaded,
            "duplicates": summary.duplicates,
            "quarantined": summary.quarantined,
            "erased": summary.erased,
        });
        writeln!(out, "{value}")
    } else {
        writeln!(
            out,
            "{} loaded, {} duplicates, {} quarantined, {} erased, in {} batches",
            summary.loaded,
            summary.duplicates,
            summary.quarantined,
            summary.erased,
            summary.batches
        )
    }
}
