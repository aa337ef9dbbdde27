//! `generators people`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use tokio_util::sync::CancellationToken;

use super::progress::write_with_progress;
use super::{WritingArgs, folder_and_name, report};
use crate::dataset::Progress as _;
use crate::people_file;
use crate::population::Population;

pub(super) const EXAMPLES: &str = "\
Examples:
  generators people --out people.csv
  generators people --count 100000 --seed 7 --compress zstd --out /tmp/people.csv";

#[derive(Debug, Args)]
pub(super) struct PeopleArgs {
    /// How many people
    #[arg(long, value_name = "N", default_value_t = 5_000_000)]
    count: u64,
    /// The seed: the same one gives the same people
    #[arg(long, value_name = "S", env = "SIMULATION_SEED", default_value_t = 42)]
    seed: u64,
    /// The day on which they live: ages are counted on it
    #[arg(
        long,
        value_name = "DATE",
        env = "SIMULATION_START",
        default_value = "2026-03-02"
    )]
    start: NaiveDate,
    /// The file
    #[arg(long, value_name = "FILE", default_value = "people.csv")]
    out: PathBuf,
    #[command(flatten)]
    writing: WritingArgs,
}

/// Writes the file.
pub(super) fn write(args: &PeopleArgs, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let population = Population::new(args.seed, args.start, args.count)?;
    let (folder, name) = folder_and_name(&args.out)?;
    let writing = args.writing.writing(shutdown);
    let size = people_file::estimate(&population, writing.compression);
    let groups = write_with_progress((folder, size), |progress| {
        people_file::write(&population, &writing, (folder, name), |bytes| {
            progress.add(bytes);
        })
    })?;
    report::print(args.writing.json, &groups)
}
