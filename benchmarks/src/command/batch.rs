//! `benchmarks batch`.

use clap::Args;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::LoadArgs;
use crate::batch::Batch;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks batch --scale quick --days 8
  benchmarks batch --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct BatchArgs {
    #[command(flatten)]
    load: LoadArgs,
    /// How many days after the first one
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    days: u16,
}

/// Measures and prints.
pub(super) fn measure(
    args: &BatchArgs,
    runtime: &Runtime,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = args.load.disk.folder()?;
    let batch = Batch {
        scale: &args.load.scale,
        days: args.days,
        folder: folder.path(),
        shutdown,
    };
    let report = batch.measure(runtime, |next| tracing::info!("{next}"))?;
    args.load.print.print(&report)?;
    Ok(())
}
