//! The patient flow of a network of hospitals: an event-driven simulation over simulated time.
//!
//! Patients come by Poisson processes whose rate follows hour and weekday, wait for a bed, stay for
//! log-normal times, move along the paths of the network file and leave. A bed holds one patient and
//! nobody is in two beds. The model begins some weeks before the start with empty beds, so that they
//! are as full at the start as they will stay. `docs/flow-model.md` tells it in words.

mod adt;
mod agenda;
mod arrival;
mod bed;
mod bed_manager;
mod eligibility;
mod encounter;
mod engine;
mod hospital;
mod pathway;
mod patients;
mod simulation;
pub mod statement;
mod step;
mod tally;

use domain::network::Network;

use crate::calendar::Calendar;
use crate::incident::Incidents;
use crate::registry::Registry;
use engine::Engine;

pub use adt::Teller;
pub(crate) use simulation::go_on;
pub use simulation::{Events, Length, Simulation, Steps};
pub use step::{Step, What};
pub use tally::Tally;

/// The steps of all patients, in the order in which they are entered, without end.
///
/// First come those of the patients who are in a bed at the start, by their true times, entered at
/// the start; then what happens from the start on.
#[derive(Debug)]
pub struct Flow<'r> {
    engine: Engine<'r>,
    calendar: &'r Calendar,
    /// Steps taken so far.
    ordinal: u64,
    /// When the last of them was entered.
    last_seconds: i64,
}

/// A flow in which nothing happens for a season has ended.
const SILENCE_SECONDS: i64 = 90 * 24 * 3600;

/// The network says nothing of how patients flow, or that nobody comes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the network has no [flow], or nobody arrives: take the tables [flow], [flow.profile...] and [flow.kind...] of the default network \
     over, and give departments with wards `arrivals_per_day`"
)]
pub struct NoFlow;

impl<'r> Flow<'r> {
    /// The flow of a network from a moment on, with its surge or without, and with incidents.
    pub fn new(
        registry: &'r Registry<'r>,
        network: &Network,
        (with_surge, incidents): (bool, &Incidents),
    ) -> Result<Self, NoFlow> {
        let mut engine = Engine::new(registry, network, (with_surge, incidents)).ok_or(NoFlow)?;
        while engine.next_seconds() < 0 {
            engine.advance();
        }
        engine.tell_untold();
        Ok(Self {
            engine,
            calendar: registry.calendar(),
            ordinal: 0,
            last_seconds: 0,
        })
    }

    /// How many steps were taken: the number of the next one, from 0.
    pub fn ordinal(&self) -> u64 {
        self.ordinal
    }

    /// Leaves out what is entered before a moment, in seconds from the start.
    pub fn skip_to(&mut self, seconds: i64) {
        while self.next_before(seconds).is_some() {}
    }

    /// The days at its hospitals.
    pub(crate) fn calendar(&self) -> &'r Calendar {
        self.calendar
    }

    /// How many patients an hour are expected from outside at a moment, in seconds from the start: as
    /// (hospital, department, patients), by their places in the network file.
    pub(crate) fn expected_per_hour(
        &self,
        at_seconds: i64,
    ) -> impl Iterator<Item = (usize, usize, f64)> {
        let arrivals = self.engine.arrivals().iter();
        arrivals.map(move |it| (it.hospital, it.department, it.expected_per_hour(at_seconds)))
    }

    /// What was counted since the start, by what was taken so far.
    pub fn tally(&self) -> &Tally {
        self.engine.tally()
    }

    /// The next step that is entered before a moment, if there is one. A network in which nothing has
    /// happened for very long is dead: everybody has died, or nobody comes.
    fn peek_before(&mut self, seconds: i64) -> Option<Step> {
        let until = seconds.min(self.last_seconds.saturating_add(SILENCE_SECONDS));
        while self.engine.first_step().is_none() && self.engine.next_seconds() < until {
            self.engine.advance();
        }
        self.engine
            .first_step()
            .filter(|step| step.recorded_seconds < seconds)
    }

    /// Takes the next step that is entered before a moment.
    pub(crate) fn next_before(&mut self, seconds: i64) -> Option<Step> {
        let step = self.peek_before(seconds)?;
        self.last_seconds = step.recorded_seconds;
        self.ordinal += 1;
        self.engine.take_step()
    }
}

impl Iterator for Flow<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        self.next_before(i64::MAX)
    }
}

#[cfg(test)]
mod tests;
