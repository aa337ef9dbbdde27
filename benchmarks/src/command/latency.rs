//! `benchmarks latency`.

use clap::Args;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::LoadArgs;
use crate::latency::Latency;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks latency --scale quick
  benchmarks latency --speed 20000 --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct LatencyArgs {
    #[command(flatten)]
    load: LoadArgs,
    /// Simulated seconds in a second: 10000 are some 600 events a second
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    speed: u32,
}

/// Measures and prints.
pub(super) fn measure(
    args: &LatencyArgs,
    runtime: &Runtime,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = args.load.disk.folder()?;
    let latency = Latency {
        scale: &args.load.scale,
        speed: args.speed,
        folder: folder.path(),
        shutdown,
    };
    let report = latency.measure(runtime, |next| tracing::info!("{next}"))?;
    args.load.print.print(&report)?;
    Ok(())
}
