//! `benchmarks consume`.

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::EventsArgs;
use crate::consume::Consume;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks consume --scale quick
  benchmarks consume --events 1000000 --runs 5 --dir /mnt/disk --json";

/// Measures and prints.
pub(super) fn measure(
    args: &EventsArgs,
    runtime: &Runtime,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = args.load.disk.folder()?;
    let consume = Consume {
        events: args.events(folder.path(), shutdown),
    };
    let report = consume.measure(runtime, |next| tracing::info!("{next}"))?;
    args.load.print.print(&report)?;
    Ok(())
}
