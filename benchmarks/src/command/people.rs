//! `benchmarks people`.

use std::path::PathBuf;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::{DiskArgs, PrintArgs};
use crate::people::People;
use crate::process::beside_this_one;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks people
  benchmarks people --count 1000000 --runs 5 --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct PeopleArgs {
    /// How many people
    #[arg(long, value_name = "N", default_value_t = 5_000_000)]
    count: u64,
    /// How many runs of each program
    #[arg(long, value_name = "R", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    #[command(flatten)]
    disk: DiskArgs,
    /// Python with Faker, numpy and polars [default: that of benchmarks/peers/setup]
    #[arg(long, value_name = "FILE")]
    python: Option<PathBuf>,
    #[command(flatten)]
    print: PrintArgs,
}

/// Measures and prints.
pub(super) fn measure(args: &PeopleArgs, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let folder = args.disk.folder()?;
    let generators = beside_this_one("generators")?;
    let people = People {
        count: args.count,
        runs: args.runs,
        folder: folder.path(),
        generators: &generators,
        python: args.python.as_deref(),
        shutdown,
    };
    let report = people.measure(|next| tracing::info!("{next}"))?;
    args.print.print(&report)?;
    Ok(())
}
