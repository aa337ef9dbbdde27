//! What went wrong in a flow, as it may in hospitals.

use domain::network::Network;

use crate::flow::Tally;

/// Tells how many patients found no bed or did not come, and warns where windows had too few transfers, which the network
/// file asks for.
pub fn tell(tally: &Tally, network: &Network) {
    let Some(flow) = &network.flow else { return };
    if tally.windows_missed > 0 {
        tracing::warn!(
            "{} windows of {} minutes had fewer than {} transfers: for more, raise arrivals_per_day, beds or moves_per_day \
             of the network file, or lower transfers_per_window_min",
            tally.windows_missed,
            flow.window_minutes,
            flow.transfers_per_window_min,
        );
    }
    if tally.turned_away > 0 {
        tracing::info!(
            "{} of {} patients who came were turned away: no hospital had a bed for them",
            tally.turned_away,
            tally.arrivals,
        );
    }
    if tally.stayed_away > 0 {
        tracing::info!(
            "{} of {} patients did not come: everybody who is registered there and might have is in a bed, or dead. Register \
             more (--patients)",
            tally.stayed_away,
            tally.arrivals,
        );
    }
}
