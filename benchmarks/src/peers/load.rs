//! What loading events took.

use crate::warehouse::Cost;

/// Events that were loaded, and what that took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) events: f64,
    pub(super) cost: Cost,
}

impl Load {
    /// Of the client and the database.
    pub(super) fn rate(&self) -> f64 {
        self.events / self.cost.cpu_seconds()
    }

    /// Of the client, the database and the broker.
    pub(super) fn rate_with_broker(&self) -> f64 {
        self.events / (self.cost.cpu_seconds() + self.cost.services.broker_cpu_seconds)
    }

    /// The client's peak of resident memory.
    #[allow(clippy::cast_precision_loss, reason = "bytes of memory")]
    pub(super) fn peak_mib(&self) -> f64 {
        self.cost.client.peak_bytes as f64 / f64::from(1 << 20)
    }
}
