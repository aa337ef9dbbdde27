//! `benchmarks produce`.

use clap::Args;
use generators::scale::Scale;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::{DiskArgs, PrintArgs};
use crate::produce::Produce;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks produce --events 100000 --runs 1
  benchmarks produce --scale full --events 1000000 --runs 5 --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct ProduceArgs {
    /// Scale of the data
    #[arg(long, value_enum, value_name = "SCALE", default_value = "full")]
    scale: Scale,
    /// How many events; they are in memory, some 500 bytes each
    #[arg(long, value_name = "N", default_value_t = 500_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    events: u32,
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
    args: &ProduceArgs,
    runtime: &Runtime,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = args.disk.folder()?;
    let produce = Produce {
        scale: args.scale,
        events: args.events,
        runs: args.runs,
        folder: folder.path(),
        shutdown,
    };
    let report = produce.measure(runtime, |next| tracing::info!("{next}"))?;
    args.print.print(&report)?;
    Ok(())
}
