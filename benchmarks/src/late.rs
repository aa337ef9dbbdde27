//! `benchmarks late`: loading events that do not come in their order.
//!
//! The same events, sent in their order, with one of a hundred behind those that follow it, and in none. Each order is
//! loaded into a warehouse of its own, and the digest of gold must be the same.

use std::cmp::Reverse;
use std::path::Path;

use embedded::Wanted;
use generators::scale::Scale;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::comparison::{Comparison, Outcome, Report, Step};
use crate::error::MeasureError;
use crate::machine::Machine;
use crate::process::unless_interrupted;
use crate::produce::{Headers, Ready, Records, send_by_loop};
use crate::scattered::scattered;
use crate::warehouse::{Cost, Warehouse};

/// So many events further on comes one that is late: some days of the flow.
const LATE_BY: u64 = 20_000;

/// What is measured.
#[derive(Debug)]
pub struct Late<'l> {
    /// Scale of the data.
    pub scale: Scale,
    /// How many events.
    pub events: u32,
    /// Workers of the consumer.
    pub lanes: u16,
    /// How many runs.
    pub runs: u16,
    /// The folder to write to, on the disk to be measured.
    pub folder: &'l Path,
    /// Ends the measuring between two runs.
    pub shutdown: &'l CancellationToken,
}

/// An order in which events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Theirs,
    OneOfAHundredLate,
    None,
}

impl Order {
    const ALL: [Self; 3] = [Self::Theirs, Self::OneOfAHundredLate, Self::None];

    fn as_str(self) -> &'static str {
        match self {
            Self::Theirs => "in order",
            Self::OneOfAHundredLate => "1 % late",
            Self::None => "shuffled",
        }
    }

    /// The place of an event by its number.
    fn place(self, ordinal: u64) -> (u64, Reverse<u64>) {
        let place = match self {
            Self::OneOfAHundredLate if is_late(ordinal) => ordinal + LATE_BY,
            Self::Theirs | Self::OneOfAHundredLate => ordinal,
            Self::None => scattered(ordinal),
        };
        // Of two at one place the later one comes first: it is the late one that waits.
        (place, Reverse(ordinal))
    }
}

fn is_late(ordinal: u64) -> bool {
    scattered(ordinal).is_multiple_of(100)
}

/// The events loaded in each order.
struct Run {
    costs: [Cost; 3],
}

impl Late<'_> {
    /// Measures; `progress` is told what comes next.
    ///
    /// # Errors
    /// [`MeasureError::Contents`] where gold is another one.
    pub fn measure(
        &self,
        runtime: &Runtime,
        mut progress: impl FnMut(&str),
    ) -> Result<Report, MeasureError> {
        let machine = Machine::this(self.folder);
        progress("making events");
        let mut records = Records::of_flow(self.scale, self.events)?;
        progress("starting private services");
        let warehouse = runtime.block_on(Warehouse::start(self.folder, Wanted::ALL))?;
        let encoder = runtime.block_on(warehouse.encoder())?;
        let schema_id = encoder.schema_id();
        for ready in &mut records.ready {
            // Behind the magic byte.
            ready.payload[1..5].copy_from_slice(&schema_id.to_be_bytes());
        }
        for order in Order::ALL {
            progress(&format!("sending events {}", order.as_str()));
            records
                .ready
                .sort_by_key(|it: &Ready| order.place(it.address.ordinal));
            let all = (records.ready.as_slice(), Headers::With(&records.run));
            send_by_loop(runtime, &warehouse, all, &prefix(order))?;
        }
        let mut runs = Vec::new();
        for number in 1..=self.runs {
            progress(&format!("run {number} of {}", self.runs));
            runs.push(self.run(runtime, &warehouse)?);
        }
        runtime.block_on(warehouse.delete())?;
        Ok(Report {
            benchmark: "late",
            work: format!(
                "{} events, scale {}, {} lanes; late ones come {LATE_BY} events later; medians of {} runs, each into a new \
                 warehouse, with the same gold",
                self.events,
                self.scale.as_str(),
                self.lanes,
                self.runs
            ),
            machine,
            comparisons: vec![
                compared(self.events, &runs, 1, "at least 0.67"),
                compared(self.events, &runs, 2, "at least 0.5"),
            ],
            steps: self.steps(&runs),
        })
    }

    fn run(&self, runtime: &Runtime, warehouse: &Warehouse) -> Result<Run, MeasureError> {
        let mut digest: Option<String> = None;
        let mut costs = [Cost::default(); 3];
        for (cost, order) in costs.iter_mut().zip(Order::ALL) {
            unless_interrupted(self.shutdown)?;
            runtime.block_on(warehouse.settle())?;
            let mut command = warehouse.program("consumer")?;
            command
                .args(["run", "--until", "end", "--lanes"])
                .arg(self.lanes.to_string())
                .env("KAFKA_TOPIC_PREFIX", prefix(order));
            *cost = warehouse.cost_of(&mut command)?;
            let gold = runtime.block_on(warehouse.gold())?;
            let first = digest.get_or_insert(gold.clone());
            if *first != gold {
                return Err(MeasureError::Contents {
                    peer: format!("the consumer, {}", order.as_str()),
                    difference: "gold has another digest than in order".to_owned(),
                });
            }
            runtime.block_on(warehouse.renew())?;
        }
        Ok(Run { costs })
    }

    fn steps(&self, runs: &[Run]) -> Vec<Step> {
        let events = f64::from(self.events);
        let mut steps = Vec::new();
        for (place, order) in Order::ALL.into_iter().enumerate() {
            let of = |seconds: fn(&Cost) -> f64| {
                runs.iter()
                    .map(move |run| seconds(&run.costs[place]) / events)
            };
            let name = order.as_str();
            steps.push(Step::of_processor(
                format!("{name}: consumer"),
                of(|cost| cost.client.cpu_seconds),
            ));
            steps.push(Step::of_processor(
                format!("{name}: PostgreSQL"),
                of(|cost| cost.services.server_cpu_seconds),
            ));
        }
        steps
    }
}

/// Ours in an order, beside ours in their order.
fn compared(events: u32, runs: &[Run], place: usize, goal: &'static str) -> Comparison {
    let rate = |cost: &Cost| f64::from(events) / cost.services.server_cpu_seconds;
    let order = Order::ALL[place].as_str();
    Comparison {
        beside: format!("in order; ours {order}"),
        measure: "events a CPU-second of the database",
        decimals: 0,
        outcome: Outcome::of_pairs(
            runs.iter()
                .map(|run| (rate(&run.costs[0]), rate(&run.costs[place]))),
        ),
        goal,
    }
}

fn prefix(order: Order) -> String {
    format!("{}.", order.as_str().replace([' ', '%'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(order: Order) -> Vec<u64> {
        let mut ordinals: Vec<u64> = (0..100_000).collect();
        ordinals.sort_by_key(|it| order.place(*it));
        ordinals
    }

    #[test]
    fn one_of_a_hundred_comes_later_and_the_others_in_their_order() {
        assert!(sorted(Order::Theirs).is_sorted());
        let late = sorted(Order::OneOfAHundredLate);
        let (behind, others): (Vec<u64>, Vec<u64>) = late.iter().partition(|it| is_late(**it));
        assert!(others.is_sorted());
        assert!((900..1_100).contains(&behind.len()), "{}", behind.len());
        let place = |ordinal: u64| late.iter().position(|it| *it == ordinal).unwrap() as u64;
        let early = behind.iter().find(|it| **it < 50_000).unwrap();
        assert!(place(*early).abs_diff(early + LATE_BY) < LATE_BY / 10);
    }

    #[test]
    fn shuffled_is_no_order() {
        let shuffled = sorted(Order::None);
        let steps = shuffled.windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((45_000..55_000).contains(&steps), "{steps}");
    }
}
