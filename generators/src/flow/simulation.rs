//! A scenario with its people: what a flow is made of.

use domain::event::AdtEvent;

use super::{Flow, Step, Teller};
use crate::population::Population;
use crate::registry::Registry;
use crate::scenario::{Scenario, ScenarioError};
use crate::staff::Staff;

const DAY_SECONDS: i64 = 24 * 3600;

/// How long a flow is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// All that is entered on so many days.
    Days(u16),
    /// So many events.
    Events(u64),
}

/// A scenario with its people.
#[derive(Debug)]
pub struct Simulation {
    scenario: Scenario,
    population: Population,
}

impl Simulation {
    /// The simulation of a scenario.
    pub fn new(scenario: Scenario) -> Result<Self, ScenarioError> {
        Ok(Self {
            population: scenario.population()?,
            scenario,
        })
    }

    /// What determines it.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The patients of its hospitals.
    pub fn registry(&self) -> Result<Registry<'_>, ScenarioError> {
        Ok(self.scenario.registry(&self.population)?)
    }

    /// The staff of its hospitals.
    pub fn staff(&self) -> Result<Staff<'_>, ScenarioError> {
        Ok(Staff::new(&self.population, &self.scenario.network)?)
    }

    /// The flow of its patients.
    pub fn flow<'r>(&self, registry: &'r Registry<'r>) -> Result<Flow<'r>, ScenarioError> {
        let Scenario {
            network,
            with_surge,
            ..
        } = &self.scenario;
        Ok(Flow::new(registry, network, *with_surge)?)
    }

    /// How many events a flow of a length has.
    pub fn count_events(&self, length: Length) -> Result<u64, ScenarioError> {
        match length {
            Length::Events(events) => Ok(events),
            Length::Days(_) => {
                let registry = self.registry()?;
                Ok(self.flow(&registry)?.within(length).count() as u64)
            }
        }
    }

    /// The events of a flow of a length.
    pub fn events<'r>(
        &'r self,
        registry: &'r Registry<'r>,
        staff: &'r Staff<'r>,
        length: Length,
    ) -> Result<impl Iterator<Item = AdtEvent> + 'r, ScenarioError> {
        let teller = Teller::new(registry, staff, &self.scenario);
        let steps = self.flow(registry)?.within(length);
        Ok(steps.map(move |step| teller.event(&step)))
    }
}

impl<'r> Flow<'r> {
    /// The steps of a length of the flow.
    pub fn within(self, length: Length) -> impl Iterator<Item = Step> + 'r {
        let (until, events) = match length {
            Length::Days(days) => (i64::from(days) * DAY_SECONDS, u64::MAX),
            Length::Events(events) => (i64::MAX, events),
        };
        let steps = (0..events).zip(self).map(|(_, step)| step);
        steps.take_while(move |step| step.recorded_seconds < until)
    }
}
