//! `benchmarks peers`: loading events from Kafka, by others and by ours.
//!
//! The peers upsert or insert what stands in an event into one flat table of 18 columns: Debezium's JDBC sink in Kafka
//! Connect, and Python in its two usual ways. They deliver at least once, and the key of the table removes what came
//! twice. Ours reads the same events into all layers of a warehouse, exactly once. Each run of a program is into
//! tables that are new. In the end the tables of all peers must hold the same, and what silver holds of it, too.

mod connect;
mod load;
mod table;

use std::fmt;
use std::path::Path;

use platform::kafka::{Topic, TopicName};
use tokio::runtime::Runtime;

use crate::comparison::{Comparison, Outcome, Report, Step};
use crate::error::MeasureError;
use crate::events::Events;
use crate::machine::Machine;
use crate::median::median;
use crate::peer::Python;
use crate::warehouse::Warehouse;
use connect::Connect;
use load::Load;
use table::{Contents, Loaded, Table};

/// What is measured.
#[derive(Debug)]
pub struct Peers<'p> {
    /// The events.
    pub events: Events<'p>,
    /// The Python with the peers, where it is not that of `benchmarks/peers/setup`.
    pub python: Option<&'p Path>,
}

/// Who loads them, too.
#[derive(Debug, Clone, Copy)]
enum Peer {
    Debezium,
    /// In a way of `events_psycopg.py`.
    Python(&'static str),
}

const PEERS: [Peer; 3] = [
    Peer::Debezium,
    Peer::Python("executemany"),
    Peer::Python("copy"),
];

/// Where the events are.
fn topic() -> TopicName {
    Topic::Events.name("")
}

impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Debezium => "Debezium's JDBC sink, upsert",
            Self::Python("copy") => "Python, COPY and INSERT SELECT",
            Self::Python(_) => "Python, executemany",
        })
    }
}

/// A peer's runs, each beside ours before it; or why there are none.
struct Trial {
    peer: Peer,
    pairs: Result<Vec<Pair>, String>,
}

struct Pair {
    theirs: Load,
    ours: Load,
}

impl Peers<'_> {
    /// Measures; `progress` is told what comes next.
    ///
    /// # Errors
    /// [`MeasureError::Contents`] where a peer loaded something else. A peer that cannot run is told in the report.
    pub fn measure(
        &self,
        runtime: &Runtime,
        mut progress: impl FnMut(&str),
    ) -> Result<Report, MeasureError> {
        let events = &self.events;
        let machine = Machine::this(events.folder);
        let warehouse = events.send(runtime, &mut progress)?;
        let mut contents = None;
        let mut trials = PEERS.map(|peer| Trial {
            peer,
            pairs: Ok(Vec::new()),
        });
        for number in 1..=events.runs {
            events.unless_interrupted()?;
            progress(&format!("run {number} of {}: ours", events.runs));
            let (ours, loaded) = self.ours(runtime, &warehouse)?;
            for trial in &mut trials {
                let Ok(pairs) = &mut trial.pairs else {
                    continue;
                };
                events.unless_interrupted()?;
                progress(&format!("run {number} of {}: {}", events.runs, trial.peer));
                let table = runtime.block_on(Table::make(&warehouse, &loaded))?;
                match self.theirs(runtime, &warehouse, trial.peer, &table, number) {
                    Ok(theirs) => pairs.push(Pair { theirs, ours }),
                    Err(reason) => {
                        events.unless_interrupted()?;
                        trial.pairs = Err(reason);
                        continue;
                    }
                }
                let found = runtime.block_on(table.contents())?;
                if let Some(difference) = found.difference(&loaded, contents.as_ref()) {
                    let peer = trial.peer.to_string();
                    return Err(MeasureError::Contents { peer, difference });
                }
                contents = Some(found);
            }
        }
        runtime.block_on(warehouse.delete())?;
        Ok(Report {
            benchmark: "peers",
            work: self.work(contents.as_ref()),
            machine,
            comparisons: trials.iter().flat_map(comparisons).collect(),
            steps: steps(&trials),
        })
    }

    /// Ours into a warehouse; what it left to be done in the background goes with that.
    fn ours(
        &self,
        runtime: &Runtime,
        warehouse: &Warehouse,
    ) -> Result<(Load, Loaded), MeasureError> {
        runtime.block_on(warehouse.renew())?;
        runtime.block_on(warehouse.settle())?;
        let cost = self.events.consume(warehouse)?;
        let loaded = runtime.block_on(Loaded::by_ours(warehouse))?;
        runtime.block_on(warehouse.renew())?;
        let events = loaded.events();
        Ok((Load { events, cost }, loaded))
    }

    /// A peer into the table, or why it did not.
    fn theirs(
        &self,
        runtime: &Runtime,
        warehouse: &Warehouse,
        peer: Peer,
        table: &Table<'_>,
        number: u16,
    ) -> Result<Load, String> {
        let told = |error: MeasureError| error.to_string();
        match peer {
            Peer::Debezium => {
                let name = format!("peers-debezium-{number}");
                let load = Connect::find()?;
                let load = load.load(warehouse, table, &name, self.events.shutdown);
                runtime.block_on(load).map_err(told)
            }
            Peer::Python(way) => {
                let modules = ["confluent_kafka", "fastavro", "orjson", "psycopg"];
                let python = Python::find(self.python);
                let mut command = python.script("events_psycopg.py", &modules)?;
                let group = format!("peers-{way}-{number}");
                command.args([way, "--group", &group, "--table", table::NAME]);
                command.args(["--topic", topic().as_str()]);
                let cost = warehouse.cost_of_peer(&mut command).map_err(told)?;
                let events = table.events();
                Ok(Load { events, cost })
            }
        }
    }

    fn work(&self, contents: Option<&Contents>) -> String {
        let events = &self.events;
        let same = contents.map_or_else(String::new, |it| {
            let Contents { rows, hash, .. } = it;
            format!(
                "; peers' tables hold the same {rows} rows (MD5 {hash}), which are those of silver"
            )
        });
        format!(
            "{} events, scale {}, in order, ours with {} lanes; medians of {} runs, each into new tables{same}",
            events.count, events.scale, events.lanes, events.runs
        )
    }
}

/// A peer that did not run is told once.
fn comparisons(trial: &Trial) -> Vec<Comparison> {
    let is_goal = matches!(trial.peer, Peer::Debezium);
    let goal = if is_goal { "at least 2" } else { "-" };
    let rate = "events a CPU-second, client and database";
    let pairs = match &trial.pairs {
        Ok(pairs) => pairs,
        Err(reason) => {
            let reason = reason.clone();
            let outcome = Outcome::NotRun { reason };
            return vec![beside(trial.peer, rate, goal, outcome)];
        }
    };
    let compared = |measure, goal, of: fn(&Load) -> f64| {
        let rates = pairs.iter().map(|it| (of(&it.theirs), of(&it.ours)));
        let outcome = Outcome::of_pairs(rates);
        beside(trial.peer, measure, goal, outcome)
    };
    let with_broker = "events a CPU-second, the broker's counted";
    let memory = "MiB resident of the client, at its peak";
    vec![
        compared(rate, goal, Load::rate),
        compared(with_broker, "-", Load::rate_with_broker),
        compared(memory, "ours at most 256", Load::peak_mib),
    ]
}

fn beside(peer: Peer, measure: &'static str, goal: &'static str, outcome: Outcome) -> Comparison {
    Comparison {
        beside: peer.to_string(),
        measure,
        decimals: 0,
        outcome,
        goal,
    }
}

fn steps(trials: &[Trial]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut ours = None;
    for trial in trials {
        if let Ok(pairs) = &trial.pairs {
            steps.extend(parts(&trial.peer.to_string(), pairs, |it| &it.theirs));
            ours.get_or_insert_with(|| parts("ours", pairs, |it| &it.ours));
        }
    }
    steps.extend(ours.into_iter().flatten());
    steps
}

/// Microseconds of processor an event, by who used them.
fn parts(who: &str, pairs: &[Pair], of: impl Fn(&Pair) -> &Load) -> [Step; 3] {
    let step = |part: &str, seconds: fn(&Load) -> f64| Step {
        name: format!("{who}: {part}"),
        microseconds: median_of(pairs, |it| seconds(of(it)) / of(it).events * 1e6),
        wal_bytes: None,
    };
    [
        step("client", |it| it.cost.client.cpu_seconds),
        step("PostgreSQL", |it| it.cost.services.server_cpu_seconds),
        step("Kafka", |it| it.cost.services.broker_cpu_seconds),
    ]
}

fn median_of(pairs: &[Pair], of: impl Fn(&Pair) -> f64) -> f64 {
    median(pairs.iter().map(of)).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Run;
    use crate::warehouse::{Cost, Used};

    fn load(events: f64, client: f64, server: f64, broker: f64) -> Load {
        Load {
            events,
            cost: Cost {
                client: Run {
                    wall_seconds: 1.0,
                    cpu_seconds: client,
                    peak_bytes: 3 << 20,
                },
                services: Used {
                    server_cpu_seconds: server,
                    broker_cpu_seconds: broker,
                },
            },
        }
    }

    #[test]
    fn rates_are_those_of_client_and_database_with_the_broker_apart() {
        let pair = Pair {
            theirs: load(600.0, 2.0, 1.0, 1.0),
            ours: load(1000.0, 1.0, 1.0, 0.5),
        };
        let trial = Trial {
            peer: Peer::Debezium,
            pairs: Ok(vec![pair]),
        };
        let expected = [
            [200.0, 500.0, 2.5],
            [150.0, 400.0, 400.0 / 150.0],
            [3.0, 3.0, 1.0],
        ];
        let compared = comparisons(&trial);
        assert_eq!(compared.len(), expected.len());
        for (comparison, figures) in compared.into_iter().zip(expected) {
            let Outcome::Measured {
                theirs,
                ours,
                ratio,
            } = comparison.outcome
            else {
                panic!("{comparison:?}");
            };
            for (found, expected) in [theirs, ours, ratio].into_iter().zip(figures) {
                assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
            }
        }
        assert_eq!(steps(&[trial]).len(), 6);
    }

    #[test]
    fn a_peer_that_did_not_run_is_told_once() {
        let trial = Trial {
            peer: Peer::Python("copy"),
            pairs: Err("no Python".to_owned()),
        };
        let [told] = comparisons(&trial).try_into().unwrap();
        assert!(matches!(&told.outcome, Outcome::NotRun { reason } if reason == "no Python"));
        assert_eq!(told.beside, "Python, COPY and INSERT SELECT");
        assert!(steps(&[trial]).is_empty());
    }
}
