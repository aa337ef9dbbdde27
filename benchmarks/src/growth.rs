//! `benchmarks growth`: whether loading gets slower as the history grows.
//!
//! The same number of events comes again and again into one warehouse, each time those that follow in the flow: so
//! patients come back, and tables and indexes grow. The last portion is compared with the first.

use std::path::Path;

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::comparison::{Comparison, Outcome, Report, Step};
use crate::error::MeasureError;
use crate::events::Events;
use crate::machine::Machine;
use crate::warehouse::Cost;

/// What is measured.
#[derive(Debug)]
pub struct Growth<'g> {
    /// Scale of the data, as `generators` names it.
    pub scale: &'g str,
    /// How many events a portion has.
    pub events: u32,
    /// How many portions.
    pub portions: u16,
    /// Workers of the consumer.
    pub lanes: u16,
    /// The folder to write to, on the disk to be measured.
    pub folder: &'g Path,
    /// Ends the measuring between two portions.
    pub shutdown: &'g CancellationToken,
}

/// A portion that was loaded.
struct Portion {
    events: f64,
    cost: Cost,
}

impl Growth<'_> {
    /// Measures; `progress` is told what comes next.
    pub fn measure(
        &self,
        runtime: &Runtime,
        mut progress: impl FnMut(&str),
    ) -> Result<Report, MeasureError> {
        let machine = Machine::this(self.folder);
        let mut events = Events {
            scale: self.scale,
            count: self.events,
            lanes: self.lanes,
            runs: 1,
            folder: self.folder,
            shutdown: self.shutdown,
        };
        let warehouse = events.send(runtime, &mut progress)?;
        let mut portions: Vec<Portion> = Vec::new();
        let mut loaded = 0.0;
        for number in 1..=self.portions {
            events.unless_interrupted()?;
            progress(&format!("portion {number} of {}", self.portions));
            if number > 1 {
                events.count = events.count.saturating_add(self.events);
                events.send_to(&warehouse)?;
            }
            runtime.block_on(warehouse.settle())?;
            let cost = events.consume(&warehouse)?;
            let now = runtime.block_on(events.loaded(&warehouse))?;
            portions.push(Portion {
                events: now - loaded,
                cost,
            });
            loaded = now;
        }
        runtime.block_on(warehouse.delete())?;
        let comparisons = match portions.as_slice() {
            [first, .., last] => vec![
                compared(
                    "events a CPU-second of the database",
                    "at least 0.8",
                    (first, last),
                    |it| it.cost.services.server_cpu_seconds,
                ),
                compared(
                    "events a CPU-second, the program's counted",
                    "-",
                    (first, last),
                    |it| it.cost.cpu_seconds(),
                ),
            ],
            _ => Vec::new(),
        };
        Ok(Report {
            benchmark: "growth",
            work: format!(
                "{loaded} events, scale {}, in {} portions, {} lanes; each portion by a new process",
                self.scale, self.portions, self.lanes
            ),
            machine,
            comparisons,
            steps: portions.iter().enumerate().map(step).collect(),
        })
    }
}

fn compared(
    measure: &'static str,
    goal: &'static str,
    (first, last): (&Portion, &Portion),
    seconds: impl Fn(&Portion) -> f64,
) -> Comparison {
    let rate = |portion: &Portion| portion.events / seconds(portion);
    Comparison {
        beside: "the first portion".to_owned(),
        measure,
        decimals: 0,
        outcome: Outcome::Measured {
            theirs: rate(first),
            ours: rate(last),
            ratio: rate(last) / rate(first),
        },
        goal,
    }
}

fn step((number, portion): (usize, &Portion)) -> Step {
    Step::of_processor(
        format!("portion {}, PostgreSQL", number + 1),
        [portion.cost.services.server_cpu_seconds / portion.events],
    )
}
