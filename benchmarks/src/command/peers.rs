//! `benchmarks peers`.

use std::path::PathBuf;

use clap::Args;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::EventsArgs;
use crate::peers::Peers;

pub(super) const EXAMPLES: &str = "\
Examples:
  benchmarks/peers/setup
  benchmarks peers --scale quick --events 20000 --runs 1
  benchmarks peers --events 1000000 --runs 3 --dir /mnt/disk --json";

#[derive(Debug, Args)]
pub(super) struct PeersArgs {
    #[command(flatten)]
    events: EventsArgs,
    /// Python with the peers' modules [default: that of benchmarks/peers/setup]
    #[arg(long, value_name = "FILE")]
    python: Option<PathBuf>,
}

/// Measures and prints.
pub(super) fn measure(
    args: &PeersArgs,
    runtime: &Runtime,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let folder = args.events.load.disk.folder()?;
    let peers = Peers {
        events: args.events.events(folder.path(), shutdown),
        python: args.python.as_deref(),
    };
    let report = peers.measure(runtime, |next| tracing::info!("{next}"))?;
    args.events.load.print.print(&report)?;
    Ok(())
}
