//! `simulation trace`: the way of one record.

use clap::Args;
use database::trace::{Target, Trace};

use crate::addresses::Addresses;

/// Which record.
#[derive(Debug, Clone, Args)]
pub(crate) struct TraceArgs {
    /// Id of an event or statement, HOSPITAL/DATE/KIND:LINE or network/DATE/KIND:LINE, or TOPIC/PARTITION/OFFSET
    #[arg(value_name = "EVENT_ID")]
    target: Target,
    /// Tell the way as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Follows a record through the warehouse.
pub(crate) async fn trace(args: &TraceArgs, addresses: &Addresses) -> anyhow::Result<Trace> {
    let mut client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
    Ok(database::trace::trace(&mut client, &args.target).await?)
}
