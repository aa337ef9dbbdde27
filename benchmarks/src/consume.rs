//! `benchmarks consume`: loading events from Kafka into all layers of a warehouse.
//!
//! The limit is a bare binary COPY by psql of the same events, 18 columns of them with a primary key: what a database
//! does at least to hold them once. Ours reads Kafka, decodes, cleans, and writes bronze, silver, the vault, gold and
//! the hours of the departments, exactly once. Processor time of the database is counted apart from that of the
//! programs; each run loads into a warehouse that is new. The same events are loaded at once, too (`consumer
//! bulk-load`), beside ours batch by batch, and gold must have the same digest.

use tokio::runtime::Runtime;

use crate::comparison::{Comparison, Outcome, Report, Step};
use crate::error::MeasureError;
use crate::events::Events;
use crate::machine::Machine;
use crate::steps::Watch;
use crate::warehouse::{Cost, Warehouse};

/// What the limit holds of an event.
const COLUMNS: &str = "event_id, content_hash, patient_pseudonym, encounter_key, event_type, occurred_at, recorded_at,
    admitted_at, hospital_code, sequence, department_code, ward, bed, hospital_service, admission_type, sex,
    birth_year, municipality";

/// What is measured.
#[derive(Debug)]
pub struct Consume<'c> {
    /// The events.
    pub events: Events<'c>,
}

/// A program's work, with what the database wrote to its log for it.
struct Work {
    cost: Cost,
    wal_bytes: f64,
}

/// The same events loaded by all.
struct Loads {
    events: f64,
    ours: Work,
    copy: Work,
    at_once: Work,
}

impl Consume<'_> {
    /// Measures; `progress` is told what comes next.
    pub fn measure(
        &self,
        runtime: &Runtime,
        mut progress: impl FnMut(&str),
    ) -> Result<Report, MeasureError> {
        let events = &self.events;
        let machine = Machine::this(events.folder);
        let warehouse = events.send(runtime, &mut progress)?;
        let mut pairs = Vec::new();
        for number in 1..=events.runs {
            progress(&format!("run {number} of {}", events.runs));
            events.unless_interrupted()?;
            pairs.push(self.pair(runtime, &warehouse)?);
            runtime.block_on(warehouse.renew())?;
        }
        progress("a run that is looked at step by step");
        let of_batches = self.steps(runtime, &warehouse)?;
        runtime.block_on(warehouse.delete())?;
        Ok(Report {
            benchmark: "consume",
            work: format!(
                "{} events, scale {}, in order, {} lanes; medians of {} runs, each into a new warehouse",
                pairs.first().map_or(0.0, |pair| pair.events),
                events.scale,
                events.lanes,
                events.runs
            ),
            machine,
            comparisons: vec![
                compared(
                    "events a CPU-second of the database",
                    &pairs,
                    "at least 30,000",
                    |events, work| events / work.cost.services.server_cpu_seconds,
                ),
                compared(
                    "events a CPU-second, the program's counted",
                    &pairs,
                    "-",
                    |events, work| events / work.cost.cpu_seconds(),
                ),
                compared(
                    "bytes of WAL an event",
                    &pairs,
                    "at most 1,500",
                    |events, work| work.wal_bytes / events,
                ),
                at_once(
                    "events a CPU-second, the program's counted",
                    &pairs,
                    |events, work| events / work.cost.cpu_seconds(),
                ),
                at_once("bytes of WAL an event", &pairs, |events, work| {
                    work.wal_bytes / events
                }),
            ],
            steps: [
                step("COPY, psql", &pairs, |it| it.copy.cost.client.cpu_seconds),
                step("COPY, PostgreSQL", &pairs, |it| {
                    it.copy.cost.services.server_cpu_seconds
                }),
                step("consumer", &pairs, |it| it.ours.cost.client.cpu_seconds),
                step("consumer, PostgreSQL", &pairs, |it| {
                    it.ours.cost.services.server_cpu_seconds
                }),
                step("at once: consumer", &pairs, |it| {
                    it.at_once.cost.client.cpu_seconds
                }),
                step("at once: PostgreSQL", &pairs, |it| {
                    it.at_once.cost.services.server_cpu_seconds
                }),
            ]
            .into_iter()
            .chain(of_batches)
            .collect(),
        })
    }

    /// What each step of a batch takes.
    fn steps(&self, runtime: &Runtime, warehouse: &Warehouse) -> Result<Vec<Step>, MeasureError> {
        self.events.unless_interrupted()?;
        runtime.block_on(warehouse.settle())?;
        let watch = runtime.block_on(Watch::begin(warehouse))?;
        self.events.consume(warehouse)?;
        runtime.block_on(async {
            let events = self.events.loaded(warehouse).await?;
            watch.end(warehouse, events).await
        })
    }

    fn pair(&self, runtime: &Runtime, warehouse: &Warehouse) -> Result<Loads, MeasureError> {
        let ours = work(runtime, warehouse, || self.events.consume(warehouse))?;
        let events = runtime.block_on(self.events.loaded(warehouse))?;
        let select =
            format!("select {COLUMNS} from silver.adt_record order by kafka_offset, partition");
        let select = select.replace('\n', " ");
        runtime.block_on(warehouse.prepare_copy_of(&select, "event_id, content_hash"))?;
        let copy = work(runtime, warehouse, || warehouse.copy_prepared())?;
        let gold = runtime.block_on(warehouse.gold())?;
        runtime.block_on(warehouse.renew())?;
        let at_once = work(runtime, warehouse, || {
            warehouse.run("consumer", ["bulk-load"])
        })?;
        if runtime.block_on(warehouse.gold())? != gold {
            return Err(MeasureError::Contents {
                peer: "consumer bulk-load".to_owned(),
                difference: "gold has another digest than batch by batch".to_owned(),
            });
        }
        Ok(Loads {
            events,
            ours,
            copy,
            at_once,
        })
    }
}

/// Does something, after what was written before is on the disk.
fn work(
    runtime: &Runtime,
    warehouse: &Warehouse,
    done: impl FnOnce() -> Result<Cost, MeasureError>,
) -> Result<Work, MeasureError> {
    const WRITTEN: &str = "select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint";
    runtime.block_on(warehouse.settle())?;
    let before = runtime.block_on(warehouse.number(WRITTEN))?;
    let cost = done()?;
    let after = runtime.block_on(warehouse.number(WRITTEN))?;
    Ok(Work {
        cost,
        wal_bytes: after - before,
    })
}

fn compared(
    measure: &'static str,
    pairs: &[Loads],
    goal: &'static str,
    of: impl Fn(f64, &Work) -> f64,
) -> Comparison {
    let pairs = pairs.iter();
    let pairs = pairs.map(|pair| (of(pair.events, &pair.copy), of(pair.events, &pair.ours)));
    Comparison {
        beside: "bare binary COPY of the same events, 18 columns and a key".to_owned(),
        measure,
        decimals: 0,
        outcome: Outcome::of_pairs(pairs),
        goal,
    }
}

/// Loading at once beside loading batch by batch.
fn at_once(measure: &'static str, pairs: &[Loads], of: impl Fn(f64, &Work) -> f64) -> Comparison {
    let pairs = pairs.iter();
    let pairs = pairs.map(|pair| (of(pair.events, &pair.ours), of(pair.events, &pair.at_once)));
    Comparison {
        beside: "ours batch by batch; ours at once, into an empty warehouse".to_owned(),
        measure,
        decimals: 0,
        outcome: Outcome::of_pairs(pairs),
        goal: "-",
    }
}

fn step(name: &str, pairs: &[Loads], seconds: impl Fn(&Loads) -> f64) -> Step {
    Step::of_processor(name, pairs.iter().map(|pair| seconds(pair) / pair.events))
}
