//! `benchmarks consume`.

use clap::Args;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::LoadArgs;
use crate::consume::Consume;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks consume --scale quick
  benchmarks consume --events 1000000 --runs 5 --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct ConsumeArgs {
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

/// Measures and prints.
pub(super) fn measure(
    args: &ConsumeArgs,
    runtime: &Runtime,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = args.load.disk.folder()?;
    let consume = Consume {
        scale: &args.load.scale,
        events: args.events,
        lanes: args.lanes,
        runs: args.runs,
        folder: folder.path(),
        shutdown,
    };
    let report = consume.measure(runtime, |next| tracing::info!("{next}"))?;
    args.load.print.print(&report)?;
    Ok(())
}
