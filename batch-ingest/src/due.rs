//! Which deliveries are taken: all that have arrived, or those to which simulated time has come.

use chrono::{DateTime, Utc};

use crate::delivery::{Delivery, Whose};
use crate::manifest::Manifest;

/// Up to when deliveries are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Whatever has arrived.
    Always,
    /// The network's, and those that hospitals made up to this time of the simulation, which may not have
    /// begun.
    Until(Option<DateTime<Utc>>),
}

impl Due {
    /// Whether a delivery is taken. One whose manifest cannot be read is: a round tells what is wrong with it.
    pub(crate) fn has_come(self, delivery: &Delivery) -> bool {
        let Self::Until(now) = self else {
            return true;
        };
        if delivery.whose == Whose::Network {
            return true;
        }
        let manifest = delivery
            .read_manifest()
            .and_then(|text| Manifest::read(&text, &delivery.whose));
        manifest.map_or(true, |manifest| {
            now.is_some_and(|now| manifest.extracted_at() <= now)
        })
    }
}
