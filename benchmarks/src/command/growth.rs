//! `benchmarks growth`.

use clap::Args;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::LoadArgs;
use crate::growth::Growth;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks growth --scale quick --events 20000
  benchmarks growth --events 300000 --portions 20 --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct GrowthArgs {
    #[command(flatten)]
    load: LoadArgs,
    /// How many events a portion has
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    events: u32,
    /// How many portions; the last is compared with the first
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..))]
    portions: u16,
    /// Workers of the consumer, each with a connection of its own
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
    lanes: u16,
}

/// Measures and prints.
pub(super) fn measure(
    args: &GrowthArgs,
    runtime: &Runtime,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = args.load.disk.folder()?;
    let growth = Growth {
        scale: &args.load.scale,
        events: args.events,
        portions: args.portions,
        lanes: args.lanes,
        folder: folder.path(),
        shutdown,
    };
    let report = growth.measure(runtime, |next| tracing::info!("{next}"))?;
    args.load.print.print(&report)?;
    Ok(())
}
