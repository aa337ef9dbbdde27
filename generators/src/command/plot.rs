//! `generators plot`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::report::{self, Group};
use super::scenario::{DAYS, ScenarioArgs};
use crate::flow::Simulation;
use crate::output::{Compression, Writing};
use crate::plot::{self, Picture, Scene};

pub(super) const EXAMPLES: &str = "\
Examples:
  generators plot --out pictures
  generators plot --scale full --days 28 --surge --network network.toml --out pictures";

#[derive(Debug, Args)]
pub(super) struct PlotArgs {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// With the network's surge of arrivals: a wave of influenza in the default network
    #[arg(long)]
    surge: bool,
    /// How many days; arrivals and lengths of stay are counted over 28 at least
    #[arg(long, value_name = "N", default_value_t = DAYS,
        value_parser = clap::value_parser!(u16).range(1..=366))]
    days: u16,
    /// The folder, made where it is missing; pictures in it are replaced
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Print what was written as JSON
    #[arg(long)]
    json: bool,
}

/// Writes the pictures.
pub(super) fn write(args: &PlotArgs, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let mut scenario = args.scenario.scenario()?;
    scenario.with_surge = args.surge;
    let simulation = Simulation::new(scenario)?;
    let scene = Scene::new(&simulation, args.days, shutdown)?;
    let writing = Writing::new(1, Compression::None, shutdown.clone());
    let mut groups = Vec::new();
    for picture in Picture::ALL {
        let began = Instant::now();
        let file = plot::write(&scene, picture, &writing, &args.out)?;
        groups.push(Group::of(file, began));
    }
    report::print(args.json, &groups)
}
