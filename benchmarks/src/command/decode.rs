//! `benchmarks decode`.

use tokio_util::sync::CancellationToken;

use super::InMemoryArgs;
use crate::decode::Decode;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks decode
  benchmarks decode --events 1000000 --runs 9 --json";

/// Measures and prints.
pub(super) fn measure(args: &InMemoryArgs, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let decode = Decode {
        events: args.events,
        runs: args.runs,
        shutdown,
    };
    let report = decode.measure(|next| tracing::info!("{next}"))?;
    args.print.print(&report)?;
    Ok(())
}
