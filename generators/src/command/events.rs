//! `generators events`.

use std::io::{self, BufWriter, Write};

use clap::Args;
use tokio_util::sync::CancellationToken;

use super::scenario::FlowArgs;
use super::trouble;
use crate::flow::go_on;
use crate::truth_file;

pub(super) const EXAMPLES: &str = "\
Examples:
  generators events --events 1000 --seed 42 | tail -1
  generators events --days 9 --surge > events.jsonl
  generators events --faults default --truth ground_truth.csv > dirty.jsonl";

#[derive(Debug, Args)]
pub(super) struct EventsArgs {
    #[command(flatten)]
    flow: FlowArgs,
}

/// Prints the events. Damage to their bytes does not show in JSON; the ground truth tells it.
pub(super) fn print(args: &EventsArgs, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let simulation = args.flow.simulation()?;
    let registry = simulation.registry()?;
    let staff = simulation.staff()?;
    if let Some(path) = &args.flow.truth {
        truth_file::write(
            &simulation,
            &registry,
            &staff,
            args.flow.length(),
            (path, shutdown),
        )?;
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let mut events = simulation.sent(&registry, &staff, args.flow.length())?;
    for sent in events.by_ref() {
        go_on(shutdown)?;
        serde_json::to_writer(&mut out, &sent.event).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    trouble::tell(events.tally(), &simulation.scenario().network);
    Ok(())
}
