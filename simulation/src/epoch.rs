//! A run in the epochs of its warehouse: after a reset it begins anew, by itself.

use anyhow::bail;
use database::simulation::{Epoch, in_epochs, open_epoch};
use producer::run_name;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::addresses::Addresses;
use crate::extracts::Folders;
use crate::run::{INTERRUPTED, RunArgs, run};
use crate::summary::Summary;

/// The name of a run among those that follow the control channel: several services in one process.
const SERVICE: &str = "simulation";

/// Does the main job to its end. When a reset comes meanwhile, it stops, and does all of it in the next
/// epoch. A reset that somebody has left is no reset that comes: that is said at once.
pub(crate) async fn run_in_epochs(
    args: &RunArgs,
    folders: &Folders,
    addresses: &Addresses,
    shutdown: &CancellationToken,
) -> anyhow::Result<Summary> {
    open_epoch(&database::connect(&addresses.loader_url, "wardflow simulation").await?).await?;
    let place = (addresses.loader_url.as_str(), SERVICE);
    let done = in_epochs(place, shutdown, |epoch: Epoch| async move {
        let done = Box::pin(run(args, folders, addresses, &epoch)).await;
        anyhow::Ok(Some(done?))
    });
    match done.await? {
        Some(summary) => Ok(summary),
        None => bail!("{INTERRUPTED}"),
    }
}

/// The name of a flow in the warehouse's epoch; an error where a reset was begun and not ended.
pub(crate) async fn run_name(client: &Client, name: String) -> anyhow::Result<String> {
    Ok(run_name::in_epoch(name, open_epoch(client).await?))
}
