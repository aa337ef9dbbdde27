//! `benchmarks late`.

use clap::Args;
use generators::scale::Scale;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::{DiskArgs, PrintArgs};
use crate::late::Late;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks late --scale quick --events 50000 --runs 1
  benchmarks late --events 1000000 --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct LateArgs {
    /// Scale of the data
    #[arg(long, value_enum, value_name = "SCALE", default_value = "full")]
    scale: Scale,
    /// How many events; they are in memory, some 500 bytes each
    #[arg(long, value_name = "N", default_value_t = 300_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    events: u32,
    /// Workers of the consumer, each with a connection of its own
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    lanes: u16,
    /// How many runs
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    #[command(flatten)]
    disk: DiskArgs,
    #[command(flatten)]
    print: PrintArgs,
}

/// Measures and prints.
pub(super) fn measure(
    args: &LateArgs,
    runtime: &Runtime,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = args.disk.folder()?;
    let late = Late {
        scale: args.scale,
        events: args.events,
        lanes: args.lanes,
        runs: args.runs,
        folder: folder.path(),
        shutdown,
    };
    let report = late.measure(runtime, |next| tracing::info!("{next}"))?;
    args.print.print(&report)?;
    Ok(())
}
