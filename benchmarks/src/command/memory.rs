//! `benchmarks memory`.

use std::time::Duration;

use clap::Args;
use generators::scale::Scale;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::{DiskArgs, PrintArgs};
use crate::memory::Memory;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks memory --scale quick --events 50000 --large 1000 --away-seconds 5
  benchmarks memory --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct MemoryArgs {
    /// Scale of the data
    #[arg(long, value_enum, value_name = "SCALE", default_value = "full")]
    scale: Scale,
    /// How many events as hospitals send them
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    events: u32,
    /// How many events of 100 kB
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..))]
    large: u32,
    /// For how many seconds PostgreSQL stands still
    #[arg(long, value_name = "N", default_value_t = 60)]
    away_seconds: u16,
    /// Workers of the consumer, each with a connection of its own
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    lanes: u16,
    #[command(flatten)]
    disk: DiskArgs,
    #[command(flatten)]
    print: PrintArgs,
}

/// Measures and prints.
pub(super) fn measure(
    args: &MemoryArgs,
    runtime: &Runtime,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = args.disk.folder()?;
    let memory = Memory {
        scale: args.scale,
        events: args.events,
        large: args.large,
        away: Duration::from_secs(args.away_seconds.into()),
        lanes: args.lanes,
        folder: folder.path(),
        shutdown,
    };
    let report = memory.measure(runtime, |next| tracing::info!("{next}"))?;
    args.print.print(&report)?;
    Ok(())
}
