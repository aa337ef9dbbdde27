//! A scenario with its people: what a flow is made of.

use domain::event::AdtEvent;

use super::{Flow, Step, Teller};
use crate::calendar::DAY_SECONDS;
use crate::fault::{Delivery, Fault, Planned, Sent, Spoiler};
use crate::population::Population;
use crate::registry::Registry;
use crate::scenario::{Scenario, ScenarioError};
use crate::staff::Staff;

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
        let flow = scenario.network.flow.as_ref();
        if scenario.with_surge && flow.is_some_and(|flow| flow.surge.is_none()) {
            return Err(ScenarioError::NoSurge);
        }
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

    /// How many events of a flow of a length are sent, with its faults.
    pub fn count_events(&self, length: Length) -> Result<u64, ScenarioError> {
        match length {
            Length::Events(events) => Ok(events),
            Length::Days(_) => {
                let registry = self.registry()?;
                Ok(self.planned(&registry, length)?.count() as u64)
            }
        }
    }

    /// What is sent of a flow of a length: its events, with the scenario's faults. A length in events
    /// counts what is sent, one in days what is entered on them and sent before their end.
    pub fn sent<'r>(
        &'r self,
        registry: &'r Registry<'r>,
        staff: &'r Staff<'r>,
        length: Length,
    ) -> Result<impl Iterator<Item = Sent> + 'r, ScenarioError> {
        let teller = Teller::new(registry, staff, &self.scenario);
        let spoiler = Spoiler::new(teller, &self.scenario.network);
        let planned = self.planned(registry, length)?;
        Ok(planned.map(move |planned| spoiler.sent(planned)))
    }

    /// The faults of the same flow, each with the number of its event.
    pub fn faults<'r>(
        &'r self,
        registry: &'r Registry<'r>,
        staff: &'r Staff<'r>,
        length: Length,
    ) -> Result<impl Iterator<Item = (u64, Fault)> + 'r, ScenarioError> {
        let teller = Teller::new(registry, staff, &self.scenario);
        let spoiler = Spoiler::new(teller, &self.scenario.network);
        let planned = (0..).zip(self.planned(registry, length)?);
        // Events without a fault need not be written.
        let faulty = planned.filter(|(_, planned)| planned.fault.is_some());
        let told = faulty.map(move |(ordinal, planned)| (ordinal, spoiler.sent(planned).fault));
        Ok(told.filter_map(|(ordinal, fault)| Some((ordinal, fault?))))
    }

    fn planned<'r>(
        &self,
        registry: &'r Registry<'r>,
        length: Length,
    ) -> Result<impl Iterator<Item = Planned> + 'r, ScenarioError> {
        // Copies are events, too: how many clean ones there are shows when so many are sent.
        let (steps, events) = match length {
            Length::Days(_) => (length, u64::MAX),
            Length::Events(events) => (Length::Events(u64::MAX), events),
        };
        let Scenario { seed, faults, .. } = self.scenario;
        let steps = self.flow(registry)?.within(steps);
        let planned = (0..events).zip(Delivery::new(steps, faults, seed));
        Ok(planned.map(|(_, planned)| planned))
    }

    /// The events of a flow of a length, without faults.
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
    pub fn within(mut self, length: Length) -> impl Iterator<Item = Step> + 'r {
        let (until, events) = match length {
            Length::Days(days) => (i64::from(days) * DAY_SECONDS, u64::MAX),
            Length::Events(events) => (i64::MAX, events),
        };
        (0..events).map_while(move |_| self.next_before(until))
    }
}
