//! `simulation speed`, `pause` and `resume`: what all services follow.

use clap::Args;
use database::simulation::{read, set_paused, set_speed};
use producer::speed::Speed;

use crate::addresses::Addresses;

/// The speed to be.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct SpeedArgs {
    /// Simulated seconds in a second (1 is real time, 96 a day in 15 minutes), or max: no waiting
    #[arg(value_name = "N|max")]
    speed: Speed,
}

/// A change of what all services follow.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    Speed(SpeedArgs),
    Pause,
    Resume,
}

/// Makes a change, and tells how it is now. Services hear of it within a second.
pub(crate) async fn change(what: Change, addresses: &Addresses) -> anyhow::Result<String> {
    let client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
    database::migrate::require_current(&client).await?;
    match what {
        Change::Speed(SpeedArgs { speed }) => set_speed(&client, speed.times()).await?,
        Change::Pause => set_paused(&client, true).await?,
        Change::Resume => set_paused(&client, false).await?,
    }
    let (simulation, _) = read(&client).await?;
    let (state, speed) = (simulation.state.as_str(), Speed::from(simulation.speed));
    Ok(format!(
        "epoch {}: {state}, speed {speed}",
        simulation.epoch
    ))
}
