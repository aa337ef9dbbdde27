//! `benchmarks memory`: how much memory the consumer takes at its peak.
//!
//! It loads a backlog from its beginning to its end, as fast as it can: many events as hospitals send them, once more
//! while PostgreSQL stands still midway, and few of 100 kB. All of them must be in the warehouse afterwards.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use embedded::Wanted;
use generators::scale::Scale;
use platform::kafka::{Cluster, Topic, TopicSpec};
use producer::address::Address;
use producer::sender::Sender;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::comparison::{Comparison, Outcome, Report};
use crate::error::MeasureError;
use crate::flow::Flow;
use crate::machine::Machine;
use crate::process::unless_interrupted;
use crate::scattered::scattered;
use crate::warehouse::Warehouse;

/// What a service may take.
const LIMIT_MIB: f64 = 256.0;

/// So long is the text that makes an event large.
const LARGE_BYTES: usize = 100_000;

/// How often is looked how much is loaded.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Where events are, by the prefix of their topic.
const MANY: &str = "many.";
const LARGE: &str = "large.";

/// Who sends the large ones.
const NAME: &str = "the producer's sender";

/// What is measured.
#[derive(Debug)]
pub struct Memory<'m> {
    /// Scale of the data.
    pub scale: Scale,
    /// How many events as hospitals send them.
    pub events: u32,
    /// How many events of 100 kB.
    pub large: u32,
    /// How long PostgreSQL stands still.
    pub away: Duration,
    /// Workers of the consumer.
    pub lanes: u16,
    /// The folder to write to, on the disk to be measured.
    pub folder: &'m Path,
    /// Ends the measuring between two steps.
    pub shutdown: &'m CancellationToken,
}

impl Memory<'_> {
    /// Measures; `progress` is told what comes next.
    ///
    /// # Errors
    /// [`MeasureError::Contents`] where not all was loaded.
    pub fn measure(
        &self,
        runtime: &Runtime,
        mut progress: impl FnMut(&str),
    ) -> Result<Report, MeasureError> {
        let machine = Machine::this(self.folder);
        progress("starting private services");
        let warehouse = runtime.block_on(Warehouse::start(self.folder, Wanted::ALL))?;
        progress("sending many events");
        self.send_many(&warehouse)?;
        progress("sending large events");
        self.send_large(runtime, &warehouse)?;
        progress("loading many events");
        let many = self.peak(runtime, &warehouse, MANY, self.events, None)?;
        progress("loading many events, with PostgreSQL away midway");
        let away = self.peak(runtime, &warehouse, MANY, self.events, Some(self.away))?;
        progress("loading large events");
        let large = self.peak(runtime, &warehouse, LARGE, self.large, None)?;
        runtime.block_on(warehouse.delete())?;
        let away_seconds = self.away.as_secs();
        Ok(Report {
            benchmark: "memory",
            work: format!(
                "{} events of the flow and {} of {LARGE_BYTES} bytes more, scale {}, {} lanes; one run, each into a new \
                 warehouse, which held all of them afterwards",
                self.events,
                self.large,
                self.scale.as_str(),
                self.lanes
            ),
            machine,
            comparisons: vec![
                beside_limit("many events", many),
                beside_limit(
                    &format!("many events, PostgreSQL stopped for {away_seconds} s"),
                    away,
                ),
                beside_limit("large events", large),
            ],
            steps: Vec::new(),
        })
    }

    fn send_many(&self, warehouse: &Warehouse) -> Result<(), MeasureError> {
        let mut command = warehouse.program("producer")?;
        command
            .args(["run", "--scale", self.scale.as_str(), "--events"])
            .arg(self.events.to_string())
            .env("KAFKA_TOPIC_PREFIX", MANY)
            // Nobody is to tell it its pace.
            .env_remove("DATABASE_URL");
        warehouse.cost_of(&mut command)?;
        Ok(())
    }

    /// The first events of the flow, each with a street that is as good as never written twice.
    fn send_large(&self, runtime: &Runtime, warehouse: &Warehouse) -> Result<(), MeasureError> {
        let flow = Flow::new(self.scale)?;
        let kafka = warehouse.kafka_args()?;
        let topic = Topic::Events.name(LARGE);
        let spec = TopicSpec::new(topic.clone(), Topic::Events.retention());
        let cluster = Cluster::connect(&kafka)?;
        let encoder = runtime.block_on(async {
            cluster.ensure_topic(&spec).await?;
            warehouse.encoder().await
        })?;
        let partitions = spec.partitions.unsigned_abs();
        let mut sender = Sender::new(&kafka, encoder, topic, partitions, flow.name())?;
        let mut ordinal = 0;
        flow.each(self.large, |mut event, _| {
            let identity = event.identity.get_or_insert_default();
            identity.street = Some(noise(ordinal, LARGE_BYTES));
            let address = Address::of(ordinal, event.key(), partitions);
            let sent = runtime.block_on(sender.send(&event, None, &address, self.shutdown));
            if !sent.map_err(MeasureError::of_event(NAME, ordinal))? {
                unless_interrupted(self.shutdown)?;
            }
            ordinal += 1;
            Ok(())
        })?;
        let left = runtime.block_on(sender.finish(self.shutdown));
        let left = left.map_err(MeasureError::of_event(NAME, ordinal))?;
        if left > 0 {
            unless_interrupted(self.shutdown)?;
        }
        Ok(())
    }

    /// What the consumer takes that loads a topic into a new warehouse, in MiB; midway PostgreSQL may stand still.
    fn peak(
        &self,
        runtime: &Runtime,
        warehouse: &Warehouse,
        prefix: &str,
        events: u32,
        away: Option<Duration>,
    ) -> Result<f64, MeasureError> {
        unless_interrupted(self.shutdown)?;
        runtime.block_on(warehouse.renew())?;
        let mut command = warehouse.program("consumer")?;
        command
            .args(["run", "--until", "end", "--lanes"])
            .arg(self.lanes.to_string())
            .env("KAFKA_TOPIC_PREFIX", prefix);
        let has_ended = AtomicBool::new(false);
        let cost = thread::scope(|scope| {
            let standing = away.map(|time| {
                let has_ended = &has_ended;
                scope.spawn(move || stand_still(runtime, warehouse, (events / 2, time), has_ended))
            });
            let cost = warehouse.cost_of(&mut command);
            has_ended.store(true, Ordering::Relaxed);
            if let Some(standing) = standing {
                standing.join().unwrap_or(Ok(()))?;
            }
            cost
        })?;
        let loaded = "select count(*) from silver.adt_record";
        let loaded = runtime.block_on(warehouse.number(loaded))?;
        if loaded < f64::from(events) {
            return Err(MeasureError::Contents {
                peer: "the consumer".to_owned(),
                difference: format!("{loaded} events are loaded in place of {events}"),
            });
        }
        #[expect(clippy::cast_precision_loss, reason = "bytes in memory")]
        Ok(cost.client.peak_bytes as f64 / f64::from(1 << 20))
    }
}

/// Lets PostgreSQL stand still for some time when so many events are loaded.
fn stand_still(
    runtime: &Runtime,
    warehouse: &Warehouse,
    (events, time): (u32, Duration),
    has_ended: &AtomicBool,
) -> Result<(), MeasureError> {
    let loaded = "select count(*) from silver.adt_record";
    while runtime.block_on(warehouse.number(loaded))? < f64::from(events) {
        if has_ended.load(Ordering::Relaxed) {
            return Err(MeasureError::Contents {
                peer: "the consumer".to_owned(),
                difference: "it had ended before PostgreSQL stood still".to_owned(),
            });
        }
        thread::sleep(BETWEEN_LOOKS);
    }
    let postgres = warehouse.postgres()?;
    postgres.pause()?;
    thread::sleep(time);
    Ok(postgres.resume()?)
}

/// Text that cannot be compressed to less than half.
fn noise(seed: u64, bytes: usize) -> String {
    let numbers = (0..).map(|place| scattered(seed.rotate_left(32) ^ (place + 1)));
    let words = numbers.map(|number| format!("{number:016x}"));
    let mut text: String = words.take(bytes.div_ceil(16)).collect();
    text.truncate(bytes);
    text
}

fn beside_limit(work: &str, peak_mib: f64) -> Comparison {
    Comparison {
        beside: format!("what a service may take; {work}"),
        measure: "MiB resident of the consumer, at its peak",
        decimals: 0,
        outcome: Outcome::of_pairs([(LIMIT_MIB, peak_mib)]),
        goal: "below 1",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn noise_is_the_same_again_and_repeats_nothing() {
        let text = noise(7, LARGE_BYTES);
        assert_eq!(text.len(), LARGE_BYTES);
        assert_eq!(text, noise(7, LARGE_BYTES));
        assert_ne!(text, noise(8, LARGE_BYTES));
        let words: BTreeSet<&[u8]> = text.as_bytes().chunks(16).collect();
        assert_eq!(words.len(), LARGE_BYTES.div_ceil(16));
    }
}
