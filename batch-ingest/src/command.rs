//! The command line of `batch-ingest`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use platform::configuration::{HomeArgs, LogArgs, PseudonymKeyArgs};
use platform::endpoint::{EndpointArgs, listen};
use platform::kafka::PARTITIONS_DEFAULT;
use platform::shutdown::{interrupted, on_signal};

use crate::{
    BAD_LINES_MAX_DEFAULT_PERCENT, ChunkLimits, FILES_MIN_DEFAULT, INTERVAL_DEFAULT, Settings,
    Summary, once, run,
};

const EXAMPLES: &str = "\
Examples:
  batch-ingest run                            load what arrives, every 15 minutes, until Ctrl-C
  batch-ingest once --dir data --keep         load the extracts below data now, and leave them there
  batch-ingest once --json                    load what has arrived, and tell what was done";

/// Takes the hospitals' daily extracts into the warehouse, exactly once
#[derive(Parser)]
#[command(name = "batch-ingest", version, before_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    log: LogArgs,
    #[command(flatten)]
    home: HomeArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Load what arrives, every so often and as soon as so many files have
    #[command(before_help = EXAMPLES)]
    Run(RunArgs),
    /// Load what has arrived, and end
    #[command(before_help = EXAMPLES)]
    Once(IngestArgs),
}

#[derive(Args)]
struct RunArgs {
    #[command(flatten)]
    ingest: IngestArgs,
    /// Minutes from one round to the next
    #[arg(long, env = "BATCH_INTERVAL_MINUTES", default_value_t = INTERVAL_DEFAULT.as_secs_f64() / 60.0, value_parser = positive)]
    interval_minutes: f64,
    /// So many files are loaded at once, without waiting for the interval
    #[arg(long, env = "BATCH_MIN_FILES", default_value_t = FILES_MIN_DEFAULT, value_parser = clap::value_parser!(u16).range(1..))]
    min_files: u16,
    /// Take a hospital's delivery once simulated time has come to when it was made
    #[arg(long)]
    simulated_time: bool,
    #[command(flatten)]
    endpoint: EndpointArgs,
}

#[derive(Args)]
struct IngestArgs {
    #[command(flatten)]
    key: PseudonymKeyArgs,
    /// The warehouse, as the loader: `postgres://wardflow_loader:...@HOST:PORT/wardflow`
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// Where the hospitals put their extracts, as DATE/HOSPITAL/manifest.json and files beside it
    /// [default: landing in the home]
    #[arg(long, env = "LANDING_DIR")]
    dir: Option<PathBuf>,
    /// Where files go that were taken or refused [default: archive in the home]
    #[arg(long, env = "ARCHIVE_DIR")]
    archive: Option<PathBuf>,
    /// Partitions that the topic of events has, or will have
    #[arg(long, env = "KAFKA_PARTITIONS", default_value_t = PARTITIONS_DEFAULT.unsigned_abs(), value_parser = clap::value_parser!(u32).range(1..=1_000))]
    partitions: u32,
    /// Percentage of bad lines above which a file is refused whole
    #[arg(long, env = "BATCH_BAD_LINES_MAX_PERCENT", default_value_t = BAD_LINES_MAX_DEFAULT_PERCENT, value_parser = percentage)]
    bad_lines_max_percent: f64,
    /// Seconds for which a file that differs from its manifest may still be written
    #[arg(long, env = "BATCH_SETTLE_SECONDS", default_value_t = 10)]
    settle_seconds: u32,
    /// Leave the files where they are
    #[arg(long)]
    keep: bool,
    /// Tell what was done as JSON
    #[arg(long)]
    json: bool,
}

fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    let is_right = number.is_finite() && number > 0.0 && number <= 1_000_000.0;
    is_right
        .then_some(number)
        .ok_or_else(|| "not a number above 0".to_owned())
}

fn percentage(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    (0.0..=100.0)
        .contains(&number)
        .then_some(number)
        .ok_or_else(|| "not a number from 0 to 100".to_owned())
}

/// Does what the command line asks for, on a runtime of its own.
pub fn execute(arguments: Arguments) -> anyhow::Result<ExitCode> {
    platform::logging::start(&arguments.log)?;
    let home = arguments.home.wardflow_home;
    let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
    runtime.block_on(async {
        let shutdown = on_signal()?;
        match arguments.command {
            Command::Run(args) => {
                let interval = Duration::from_secs_f64(args.interval_minutes * 60.0);
                let json = args.ingest.json;
                let settings = Settings {
                    by_simulated_time: args.simulated_time,
                    ..settings(args.ingest, &home)?
                };
                let needs = vec![database::need(&settings.database_url)];
                listen("batch-ingest", &args.endpoint, needs, &shutdown).await?;
                let pace = (interval, args.min_files.into());
                let summary = run(&settings, pace, &shutdown).await?;
                tell(&summary, json).context("write the summary")?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Once(args) => {
                let json = args.json;
                let settings = settings(args, &home)?;
                let Some(summary) = once(&settings, &shutdown).await? else {
                    return Ok(interrupted());
                };
                tell(&summary, json).context("write the summary")?;
                Ok(if summary.refused + summary.stuck > 0 {
                    ExitCode::FAILURE
                } else {
                    ExitCode::SUCCESS
                })
            }
        }
    })
}

fn settings(args: IngestArgs, home: &std::path::Path) -> anyhow::Result<Settings> {
    if let Some(dir) = &args.dir {
        // A folder that is named and not there is a slip of the pen.
        anyhow::ensure!(
            dir.is_dir(),
            "{} is no folder: make it, or name another by --dir or LANDING_DIR",
            dir.display()
        );
    }
    Ok(Settings {
        key: args.key.load()?,
        database_url: args.database_url,
        landing: args.dir.unwrap_or_else(|| home.join("landing")),
        archive: args.archive.unwrap_or_else(|| home.join("archive")),
        partitions: args.partitions,
        bad_share_max: args.bad_lines_max_percent / 100.0,
        settle: Duration::from_secs(args.settle_seconds.into()),
        limits: ChunkLimits::default(),
        keep: args.keep,
        by_simulated_time: false,
    })
}

fn tell(summary: &Summary, json: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", summary.to_json())
    } else {
        writeln!(out, "{summary}")
    }
}
