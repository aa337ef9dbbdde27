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
mod step;
mod tally;

use chrono::{DateTime, Utc};
use domain::network::Network;

use crate::registry::Registry;
use engine::Engine;

pub use adt::Teller;
pub use simulation::{Length, Simulation};
pub use step::{Step, What};
pub use tally::Tally;

/// The steps of all patients, in the order in which they are entered, without end.
///
/// First come those of the patients who are in a bed at the start, by their true times, entered at
/// the start; then what happens from the start on.
#[derive(Debug)]
pub struct Flow<'r> {
    engine: Engine<'r>,
    start: DateTime<Utc>,
    /// Steps taken so far.
    ordinal: u64,
}

/// The network says nothing of how patients flow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the network has no [flow]: take the tables [flow], [flow.profile...] and [flow.kind...] of the default network \
     over, and give departments `arrivals_per_day`"
)]
pub struct NoFlow;

impl<'r> Flow<'r> {
    /// The flow of a network from a moment on, with its surge or without.
    pub fn new(
        registry: &'r Registry<'r>,
        network: &Network,
        with_surge: bool,
    ) -> Result<Self, NoFlow> {
        let start = start_of(network, registry);
        let mut engine = Engine::new(registry, network, start, with_surge).ok_or(NoFlow)?;
        while engine.next_seconds() < 0 {
            engine.advance();
        }
        engine.tell_untold();
        Ok(Self {
            engine,
            start,
            ordinal: 0,
        })
    }

    /// How many steps were taken: the number of the next one, from 0.
    pub fn ordinal(&self) -> u64 {
        self.ordinal
    }

    /// Leaves out what is entered before a moment, in seconds from the start.
    pub fn skip_to(&mut self, seconds: i64) {
        while let Some(step) = self.peek() {
            if step.recorded_seconds >= seconds {
                return;
            }
            self.next();
        }
    }

    /// Midnight of the first day.
    pub(crate) fn start(&self) -> DateTime<Utc> {
        self.start
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

    fn peek(&mut self) -> Option<Step> {
        while self.engine.first_step().is_none() {
            self.engine.advance();
        }
        self.engine.first_step()
    }
}

/// The start: midnight of the start date at the first hospital.
fn start_of(network: &Network, registry: &Registry<'_>) -> DateTime<Utc> {
    let date = registry.population().start();
    let zone = network.hospitals.first().map(|it| it.time_zone);
    zone.map_or_else(
        || date.and_time(chrono::NaiveTime::MIN).and_utc(),
        |zone| zone.start_of(date),
    )
}

impl Iterator for Flow<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        self.peek()?;
        self.ordinal += 1;
        self.engine.take_step()
    }
}

#[cfg(test)]
mod tests;
