//! `benchmarks ehr`.

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::{DiskArgs, PrintArgs};
use crate::ehr::Ehr;
use crate::process::beside_this_one;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks ehr
  benchmarks ehr --scale full --days 9 --runs 3 --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct EhrArgs {
    /// Scale of the data, quick or full
    #[arg(long, value_name = "SCALE", default_value = "full")]
    scale: String,
    /// How many days
    #[arg(long, value_name = "N", default_value_t = 9)]
    days: u16,
    /// How many runs of each program
    #[arg(long, value_name = "R", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    #[command(flatten)]
    disk: DiskArgs,
    #[command(flatten)]
    print: PrintArgs,
}

/// Measures and prints.
pub(super) fn measure(args: &EhrArgs, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let folder = args.disk.folder()?;
    let generators = beside_this_one("generators")?;
    let ehr = Ehr {
        scale: &args.scale,
        days: args.days,
        runs: args.runs,
        folder: folder.path(),
        generators: &generators,
        shutdown,
    };
    let report = ehr.measure(|next| tracing::info!("{next}"))?;
    args.print.print(&report)?;
    Ok(())
}
