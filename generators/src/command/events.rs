//! `generators events`.

use std::io::{self, BufWriter, Write};

use clap::Args;

use super::scenario::FlowArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  generators events --events 1000 --seed 42 | tail -1
  generators events --days 9 --surge > events.jsonl";

#[derive(Debug, Args)]
pub(super) struct EventsArgs {
    #[command(flatten)]
    flow: FlowArgs,
}

/// Prints the events.
pub(super) fn print(args: &EventsArgs) -> anyhow::Result<()> {
    let simulation = args.flow.simulation()?;
    let registry = simulation.registry()?;
    let staff = simulation.staff()?;
    let mut out = BufWriter::new(io::stdout().lock());
    for event in simulation.events(&registry, &staff, args.flow.length())? {
        serde_json::to_writer(&mut out, &event).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}
