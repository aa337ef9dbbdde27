//! `benchmarks latency`.

use clap::Args;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::{DiskArgs, PrintArgs};
use crate::latency::Latency;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks latency --scale quick
  benchmarks latency --speed 20000 --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct LatencyArgs {
    /// Scale of the data, quick or full
    #[arg(long, value_name = "SCALE", default_value = "full")]
    scale: String,
    /// Simulated seconds in a second: 10000 are some 600 events a second
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    speed: u32,
    #[command(flatten)]
    disk: DiskArgs,
    #[command(flatten)]
    print: PrintArgs,
}

/// Measures and prints.
pub(super) fn measure(
    args: &LatencyArgs,
    runtime: &Runtime,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = args.disk.folder()?;
    let latency = Latency {
        scale: &args.scale,
        speed: args.speed,
        folder: folder.path(),
        shutdown,
    };
    let report = latency.measure(runtime, |next| tracing::info!("{next}"))?;
    args.print.print(&report)?;
    Ok(())
}
