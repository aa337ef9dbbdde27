//! Events of the simulated hospitals in memory, by what the producer makes and writes them by.

use chrono::NaiveDate;
use domain::event::AdtEvent;
use domain::network::Network;
use generators::flow::{Length, Simulation};
use generators::scale::Scale;
use generators::scenario::Scenario;
use platform::codec::AdtEncoder;

use crate::error::MeasureError;

/// Those of `producer run` where nothing else is said.
const SEED: u64 = 42;
const START: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 2).expect("it is a day");

/// The id under which payloads are written; no registry is asked.
pub(crate) const SCHEMA_ID: u32 = 1;

/// The flow that `producer run` sends.
pub(crate) struct Flow(Simulation);

impl Flow {
    /// At a scale, without faults.
    pub(crate) fn new(scale: Scale) -> Result<Self, MeasureError> {
        let scenario = Scenario::new(SEED, START, scale, None)?;
        Ok(Self(Simulation::new(scenario)?))
    }

    /// The hospitals.
    pub(crate) fn network(&self) -> &Network {
        &self.0.scenario().network
    }

    /// Its name, as records carry it.
    pub(crate) fn name(&self) -> String {
        self.0.scenario().flow_name()
    }

    /// Gives its first events to somebody, in their order, each with its payload.
    pub(crate) fn each(
        &self,
        events: u32,
        mut take: impl FnMut(AdtEvent, Box<[u8]>) -> Result<(), MeasureError>,
    ) -> Result<(), MeasureError> {
        let encoder = AdtEncoder::with_schema_id(SCHEMA_ID);
        let (registry, staff) = (self.0.registry()?, self.0.staff()?);
        let flow = self
            .0
            .events(&registry, &staff, Length::Events(events.into()))?;
        for (ordinal, event) in (0..).zip(flow) {
            let payload = encoder.encode(&event);
            let payload = payload.map_err(MeasureError::of_event("our encoder", ordinal))?;
            take(event, payload.into_boxed_slice())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_each_time() {
        let flow = Flow::new(Scale::Quick).unwrap();
        let first = || {
            let mut payloads = Vec::new();
            let taken = flow.each(20, |event, payload| {
                assert!(event.event_id.is_some());
                payloads.push(payload);
                Ok(())
            });
            taken.unwrap();
            payloads
        };
        let payloads = first();
        assert_eq!(payloads.len(), 20);
        assert_eq!(first(), payloads);
    }
}
