//! `benchmarks history`.

use tokio_util::sync::CancellationToken;

use super::InMemoryArgs;
use crate::history::History;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks history
  benchmarks history --events 1000000 --runs 9 --json";

/// Measures and prints.
pub(super) fn measure(args: &InMemoryArgs, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let history = History {
        events: args.events,
        runs: args.runs,
        shutdown,
    };
    let report = history.measure(|next| tracing::info!("{next}"))?;
    args.print.print(&report)?;
    Ok(())
}
