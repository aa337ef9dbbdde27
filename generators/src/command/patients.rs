//! `generators patients`.

use std::path::PathBuf;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::progress::write_with_progress;
use super::scenario::ScenarioArgs;
use super::{WritingArgs, folder_and_name, report};
use crate::dataset::Progress as _;
use crate::patients_file;

pub(super) const EXAMPLES: &str = "\
Examples:
  generators patients --out hospital_patients.csv
  generators patients --scale full --network my-network.toml --compress zstd --out /tmp/hospital_patients.csv";

#[derive(Debug, Args)]
pub(super) struct PatientsArgs {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// The file
    #[arg(long, value_name = "FILE", default_value = patients_file::NAME)]
    out: PathBuf,
    #[command(flatten)]
    writing: WritingArgs,
}

/// Writes the file.
pub(super) fn write(args: &PatientsArgs, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let scenario = args.scenario.scenario()?;
    let population = scenario.population()?;
    let registry = scenario.registry(&population)?;
    let (folder, name) = folder_and_name(&args.out)?;
    let writing = args.writing.writing(shutdown);
    let size = patients_file::estimate(&registry, writing.compression);
    let groups = write_with_progress((folder, size), |progress| {
        patients_file::write(&registry, &writing, (folder, name), |bytes| {
            progress.add(bytes);
        })
    })?;
    report::print(args.writing.json, &groups)
}
