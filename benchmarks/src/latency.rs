//! `benchmarks latency`: how long an event takes from the broker into gold, alone and while the
//! hospitals' snapshots are loaded.
//!
//! The broker stamps each record when it appends it, which is before it acknowledges; a record is
//! visible in all layers when the offset behind it is, since both are written by one transaction. So
//! nothing is asked of the stream but its offsets, every few milliseconds.

use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use embedded::Wanted;
use tokio::runtime::Runtime;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::batch::{deliver_snapshots, folders};
use crate::comparison::{Comparison, Outcome, Report};
use crate::error::MeasureError;
use crate::machine::Machine;
use crate::process;
use crate::warehouse::{Warehouse, database_error};

/// How often is looked what is visible. What is measured is longer by up to so much.
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

/// The stream alone is measured so long before the load.
const ALONE: Duration = Duration::from_secs(20);

/// First come all who are in a bed at the start, at once.
const WARM_UP: Duration = Duration::from_secs(20);

/// What was appended last is visible after so long, too.
const COOL_DOWN: Duration = Duration::from_secs(5);

/// What is measured.
#[derive(Debug)]
pub struct Latency<'l> {
    /// Scale of the data, as `generators` names it.
    pub scale: &'l str,
    /// Simulated seconds in a second.
    pub speed: u32,
    /// The folder to write to, on the disk to be measured.
    pub folder: &'l std::path::Path,
    /// Ends the measuring between two steps.
    pub shutdown: &'l CancellationToken,
}

/// Seconds since 1970.
type Moment = f64;

/// When which offsets of which partition were visible.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    at: Moment,
    partition: i32,
    next_offset: i64,
}

/// A record, and when the broker appended it.
#[derive(Debug, Clone, Copy)]
struct Appended {
    at: Moment,
    partition: i32,
    kafka_offset: i64,
}

impl Latency<'_> {
    /// Measures; `progress` is told what comes next.
    pub fn measure(
        &self,
        runtime: &Runtime,
        mut progress: impl FnMut(&str),
    ) -> Result<Report, MeasureError> {
        let machine = Machine::this(self.folder);
        progress("making the extracts");
        let extracts = self.folder.join("extracts");
        let mut generate = Command::new(process::beside_this_one("generators")?);
        generate.args(["ehr", "--scale", self.scale, "--days", "2", "--out"]);
        process::run(generate.arg(&extracts))?;
        progress("starting private services");
        let warehouse = runtime.block_on(Warehouse::start(self.folder, Wanted::ALL))?;
        let days = folders(&extracts.join("ehr"))?;
        let landing = self.folder.join("landing");
        let ingest = || {
            let dir = landing.display().to_string();
            warehouse.run("batch-ingest", ["once", "--dir", &dir])
        };
        progress("loading the first day");
        deliver_snapshots(&days[0], &landing)?;
        ingest()?;
        let lines = deliver_snapshots(&days[1], &landing)?;

        progress("the stream alone");
        let ended = CancellationToken::new();
        let looking = runtime.block_on(async {
            let client = warehouse.client().await?;
            Ok::<_, MeasureError>(runtime.spawn(look(client, ended.clone())))
        })?;
        let speed = self.speed.to_string();
        let consumer = warehouse.start_program("consumer", &["run"])?;
        let producer = [
            "run", "--scale", self.scale, "--days", "9", "--speed", &speed,
        ];
        let producer = warehouse.start_program("producer", &producer)?;
        self.wait(WARM_UP)?;
        let began = now();
        self.wait(ALONE)?;
        progress("the stream beside the second day");
        let load_began = now();
        ingest()?;
        let load_ended = now();
        self.wait(COOL_DOWN)?;
        drop((producer, consumer));
        ended.cancel();
        let (looks, records) = runtime.block_on(async {
            let looks = looking
                .await
                .map_err(|_| MeasureError::Missing("a look"))??;
            let records = appended(&warehouse.client().await?).await?;
            Ok::<_, MeasureError>((looks, records))
        })?;
        runtime.block_on(warehouse.delete())?;
        let alone = latencies(&records, &looks, (began, load_began));
        let beside = latencies(&records, &looks, (load_began, load_ended));
        Ok(Report {
            benchmark: "latency",
            work: format!(
                "events at {speed} simulated seconds a second, from the broker's time of appending to visible in \
                 gold: {} in {ALONE:?} alone, and {} in the {:.1} s in which snapshots of {lines} lines, 2 % of them \
                 changed, were loaded",
                alone.len(),
                beside.len(),
                load_ended - load_began,
            ),
            machine,
            comparisons: comparisons(&alone, &beside),
            steps: Vec::new(),
        })
    }

    fn wait(&self, time: Duration) -> Result<(), MeasureError> {
        std::thread::sleep(time);
        Ok(process::unless_interrupted(self.shutdown)?)
    }
}

fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs_f64()
}

/// Notes whenever an offset has moved, until it is over.
async fn look(client: Client, ended: CancellationToken) -> Result<Vec<Look>, MeasureError> {
    let statement = client
        .prepare(
            "select partition, next_offset from ops.kafka_offset where topic = 'hospital.adt.events'",
        )
        .await
        .map_err(database_error("look at the offsets"))?;
    let mut looks: Vec<Look> = Vec::new();
    let mut last = std::collections::HashMap::new();
    while !ended.is_cancelled() {
        let rows = client
            .query(&statement, &[])
            .await
            .map_err(database_error("look at the offsets"))?;
        let at = now();
        for row in rows {
            let (partition, next_offset) = (row.get(0), row.get(1));
            if last.insert(partition, next_offset) != Some(next_offset) {
                looks.push(Look {
                    at,
                    partition,
                    next_offset,
                });
            }
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Ok(looks)
}

async fn appended(client: &Client) -> Result<Vec<Appended>, MeasureError> {
    let sql = "select partition, kafka_offset, extract(epoch from received_at)::double precision \
               from bronze.kafka_record join ops.kafka_topic using (topic_id) \
               where topic = 'hospital.adt.events'";
    let rows = client
        .query(sql, &[])
        .await
        .map_err(database_error("read when records were appended"))?;
    let records = rows.iter().map(|row| Appended {
        partition: row.get(0),
        kafka_offset: row.get(1),
        at: row.get(2),
    });
    Ok(records.collect())
}

/// How long each record took that was appended in a time, ascending.
fn latencies(records: &[Appended], looks: &[Look], (from, until): (Moment, Moment)) -> Vec<f64> {
    let mut found: Vec<f64> = records
        .iter()
        .filter(|record| (from..until).contains(&record.at))
        .filter_map(|record| {
            let sees = |look: &&Look| {
                look.partition == record.partition && look.next_offset > record.kafka_offset
            };
            // Looks are few beside records, and in the order of time.
            let first = looks.partition_point(|look| look.at < record.at);
            let seen = looks[first..].iter().find(sees)?;
            Some(seen.at - record.at)
        })
        .collect();
    found.sort_by(f64::total_cmp);
    found
}

fn comparisons(alone: &[f64], beside: &[f64]) -> Vec<Comparison> {
    let shares = [
        (0.5, "median, seconds", "-"),
        (0.99, "p99, seconds", "ours below 1"),
        (0.999, "p99.9, seconds", "-"),
    ];
    let comparison = |(share, measure, goal)| {
        let (theirs, ours) = (quantile(alone, share), quantile(beside, share));
        Comparison {
            beside: "the same stream alone".to_owned(),
            measure,
            decimals: 3,
            outcome: Outcome::Measured {
                theirs,
                ours,
                ratio: ours / theirs,
            },
            goal,
        }
    };
    shares.into_iter().map(comparison).collect()
}

/// The value below which a share of sorted values lies.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list"
    )]
    let place = (sorted.len() as f64 * share) as usize;
    let last = sorted.len().checked_sub(1);
    last.map_or(f64::NAN, |last| sorted[place.min(last)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_at(at: Moment, partition: i32, next_offset: i64) -> Look {
        Look {
            at,
            partition,
            next_offset,
        }
    }

    #[test]
    fn a_record_is_visible_when_the_offset_behind_it_is() {
        let looks = [
            look_at(1.0, 0, 5),
            look_at(2.0, 1, 9),
            look_at(3.0, 0, 7),
            look_at(4.0, 0, 8),
        ];
        let record = |at, kafka_offset| Appended {
            at,
            partition: 0,
            kafka_offset,
        };
        // One before the time, one of which nothing was seen, and three that count.
        let records = [
            record(0.1, 3),
            record(3.5, 8),
            record(0.5, 4),
            record(1.5, 6),
            record(2.0, 7),
        ];
        let found = latencies(&records, &looks, (0.2, 9.0));
        assert_eq!(found, [0.5, 1.5, 2.0]);
    }

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let sorted: Vec<f64> = (0..1000).map(f64::from).collect();
        let found = [0.5, 0.999, 1.0].map(|share| quantile(&sorted, share));
        assert_eq!(found.to_vec(), [500.0, 999.0, 999.0]);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
