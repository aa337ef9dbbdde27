//! `generators all` and `generators ehr`.

use std::path::PathBuf;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::WritingArgs;
use super::faults::FaultsArgs;
use super::progress::FileProgress;
use super::report;
use super::scenario::{DAYS, ScenarioArgs};
use super::trouble;
use crate::dataset::{self, Contents};
use crate::flow::Simulation;

pub(super) const EHR_EXAMPLES: &str = "\
Examples:
  generators ehr --days 9 --out extracts
  generators ehr --scale full --seed 7 --compress zstd --out /srv/extracts";

pub(super) const ALL_EXAMPLES: &str = "\
Examples:
  generators all --out data
  generators all --scale full --seed 7 --start 2026-03-02 --compress zstd --out /srv/wardflow
  generators all --faults default --out dirty
  generators all --faults my-faults.toml --out dirty";

#[derive(Debug, Args)]
pub(super) struct AllArgs {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// With the network's surge of arrivals: a wave of influenza in the default network
    #[arg(long)]
    surge: bool,
    #[command(flatten)]
    faults: FaultsArgs,
    /// How many days of extracts
    #[arg(long, value_name = "N", default_value_t = DAYS,
        value_parser = clap::value_parser!(u16).range(1..=3650))]
    days: u16,
    /// The folder, which must be new or empty; it appears when it is complete
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    writing: WritingArgs,
}

/// Writes all files.
pub(super) fn write_all(args: &AllArgs, shutdown: &CancellationToken) -> anyhow::Result<()> {
    write(args, shutdown, Contents::All)
}

/// Writes the extracts alone.
pub(super) fn write_ehr(args: &AllArgs, shutdown: &CancellationToken) -> anyhow::Result<()> {
    write(args, shutdown, Contents::Extracts)
}

fn write(args: &AllArgs, shutdown: &CancellationToken, contents: Contents) -> anyhow::Result<()> {
    let mut scenario = args.scenario.scenario()?;
    scenario.with_surge = args.surge;
    scenario.faults = args.faults.rates()?;
    let simulation = Simulation::new(scenario)?;
    let writing = args.writing.writing(shutdown);
    let mut progress = FileProgress::on_stderr();
    let what = (contents, args.days);
    let tally = dataset::write(&simulation, what, &writing, &args.out, &mut progress)?;
    let groups = progress.into_groups();
    trouble::tell(&tally, &simulation.scenario().network);
    report::print(args.writing.json, &groups)
}
