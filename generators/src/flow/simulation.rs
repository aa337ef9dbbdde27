//! A scenario with its people: what a flow is made of.

use chrono::{DateTime, Utc};
use domain::event::AdtEvent;
use tokio_util::sync::CancellationToken;

use super::{Flow, Step, Tally, Teller};
use crate::calendar::Calendar;
use crate::fault::{Delivery, Fault, Planned, Sent, Spoiler};
use crate::population::Population;
use crate::registry::Registry;
use crate::scenario::{Scenario, ScenarioError};
use crate::staff::Staff;

/// How long a flow is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// All that is entered until so many days are over at every hospital.
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

    /// When so many days are over at every hospital.
    pub fn ends_at(&self, days: u16) -> DateTime<Utc> {
        let calendar = Calendar::new(self.scenario.start, &self.scenario.network);
        calendar.moment(calendar.end_of(days))
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
            incidents,
            ..
        } = &self.scenario;
        Ok(Flow::new(registry, network, (*with_surge, incidents))?)
    }

    /// How many events of a flow of a length are sent, with its faults.
    pub fn count_events(
        &self,
        length: Length,
        shutdown: &CancellationToken,
    ) -> Result<u64, ScenarioError> {
        if let Length::Events(events) = length {
            return Ok(events);
        }
        let registry = self.registry()?;
        let mut count = 0;
        for _ in self.planned(&registry, length)? {
            go_on(shutdown)?;
            count += 1;
        }
        Ok(count)
    }

    /// What is sent of a flow of a length: its events, with the scenario's faults. A length in events
    /// counts what is sent, one in days what is entered on them and sent before their end.
    pub fn sent<'r>(
        &'r self,
        registry: &'r Registry<'r>,
        staff: &'r Staff<'r>,
        length: Length,
    ) -> Result<Events<'r>, ScenarioError> {
        Ok(Events {
            planned: self.planned(registry, length)?,
            spoiler: self.spoiler(registry, staff),
        })
    }

    /// The faults of the same flow, each with the number of its event.
    pub fn faults<'r>(
        &'r self,
        registry: &'r Registry<'r>,
        staff: &'r Staff<'r>,
        length: Length,
    ) -> Result<impl Iterator<Item = (u64, Fault)> + 'r, ScenarioError> {
        let spoiler = self.spoiler(registry, staff);
        let planned = (0..).zip(self.planned(registry, length)?);
        // Events without a fault need not be written.
        let faulty = planned.filter(|(_, planned)| planned.fault.is_some());
        let told = faulty.map(move |(ordinal, planned)| (ordinal, spoiler.sent(planned).fault));
        Ok(told.filter_map(|(ordinal, fault)| Some((ordinal, fault?))))
    }

    fn spoiler<'r>(&'r self, registry: &'r Registry<'r>, staff: &'r Staff<'r>) -> Spoiler<'r> {
        let teller = Teller::new(registry, staff, &self.scenario);
        Spoiler::new(teller, &self.scenario.network)
    }

    fn planned<'r>(
        &self,
        registry: &'r Registry<'r>,
        length: Length,
    ) -> Result<Plan<'r>, ScenarioError> {
        // Copies are events, too: how many clean ones there are shows when so many are sent.
        let (steps, events) = match length {
            Length::Days(_) => (length, u64::MAX),
            Length::Events(events) => (Length::Events(u64::MAX), events),
        };
        let Scenario { seed, faults, .. } = self.scenario;
        let steps = self.flow(registry)?.within(steps);
        Ok(Plan {
            delivery: Delivery::new(steps, faults, seed),
            left: events,
        })
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
    pub fn within(self, length: Length) -> Steps<'r> {
        let (until_seconds, left) = match length {
            Length::Days(days) => (self.calendar.end_of(days), u64::MAX),
            Length::Events(events) => (i64::MAX, events),
        };
        Steps {
            flow: self,
            until_seconds,
            left,
        }
    }
}

/// The steps of a length of a flow.
#[derive(Debug)]
pub struct Steps<'r> {
    flow: Flow<'r>,
    until_seconds: i64,
    left: u64,
}

impl Steps<'_> {
    /// How many patients are expected on so many days, with those who may be in a bed at the start.
    pub(crate) fn expected_stays(&self, days: u16) -> u64 {
        self.flow.engine.expected_stays(days)
    }

    /// What was counted by the steps that were taken.
    pub fn tally(&self) -> &Tally {
        self.flow.tally()
    }
}

impl Iterator for Steps<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        self.left = self.left.checked_sub(1)?;
        self.flow.next_before(self.until_seconds)
    }
}

/// What is sent of a flow, before it is written.
#[derive(Debug)]
struct Plan<'r> {
    delivery: Delivery<Steps<'r>>,
    left: u64,
}

impl Iterator for Plan<'_> {
    type Item = Planned;

    fn next(&mut self) -> Option<Planned> {
        self.left = self.left.checked_sub(1)?;
        self.delivery.next()
    }
}

/// What is sent of a flow.
#[derive(Debug)]
pub struct Events<'r> {
    planned: Plan<'r>,
    spoiler: Spoiler<'r>,
}

impl Events<'_> {
    /// What the flow counted so far.
    pub fn tally(&self) -> &Tally {
        self.planned.delivery.steps().tally()
    }
}

impl Iterator for Events<'_> {
    type Item = Sent;

    fn next(&mut self) -> Option<Sent> {
        self.planned
            .next()
            .map(|planned| self.spoiler.sent(planned))
    }
}

/// Ends a simulation that the process was asked to end.
pub(crate) fn go_on(shutdown: &CancellationToken) -> Result<(), ScenarioError> {
    if shutdown.is_cancelled() {
        return Err(ScenarioError::Interrupted);
    }
    Ok(())
}
