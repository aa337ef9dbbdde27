//! `benchmarks nine-days`.

use clap::Args;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::LoadArgs;
use crate::nine_days::NineDays;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks nine-days --scale quick
  benchmarks nine-days --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct NineDaysArgs {
    #[command(flatten)]
    load: LoadArgs,
    /// How many days
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u16).range(1..))]
    days: u16,
}

/// Measures and prints.
pub(super) fn measure(
    args: &NineDaysArgs,
    runtime: &Runtime,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = args.load.disk.folder()?;
    let nine_days = NineDays {
        scale: &args.load.scale,
        days: args.days,
        folder: folder.path(),
        shutdown,
    };
    let report = nine_days.measure(runtime, |next| tracing::info!("{next}"))?;
    args.load.print.print(&report)?;
    Ok(())
}
