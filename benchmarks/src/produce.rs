//! `benchmarks produce`: sending events to Kafka.
//!
//! The limit is librdkafka itself: a loop that hands it ready payloads, with the producer's settings, to the same broker
//! and a topic of as many partitions. Ours simulates the hospitals, writes each event under its schema, and sends it with
//! its headers. Each run is into a topic of its own, which must hold all that was sent.
//!
//! Of the loop all is counted from the acknowledgement of its first record to that of its last. The producer's start is
//! told apart by a run of a tenth of the events: what both take is the start.

mod librdkafka;
mod sending;

use std::path::Path;

use embedded::Wanted;
use generators::scale::Scale;
use platform::kafka::{Cluster, PARTITIONS_DEFAULT, Topic, TopicName, TopicSpec};
use producer::address::Address;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::comparison::{Comparison, Outcome, Report, Step};
use crate::error::MeasureError;
use crate::flow::Flow;
use crate::machine::Machine;
use crate::process::unless_interrupted;
use crate::processor::Watch;
use crate::warehouse::Warehouse;
pub(crate) use librdkafka::Headers;
pub(crate) use sending::Sending;

/// The short run has one of so many events.
const SHORT: u32 = 10;

/// What is measured.
#[derive(Debug)]
pub struct Produce<'p> {
    /// Scale of the data.
    pub scale: Scale,
    /// How many events.
    pub events: u32,
    /// How many runs.
    pub runs: u16,
    /// The folder to write to, on the disk to be measured.
    pub folder: &'p Path,
    /// Ends the measuring between two runs.
    pub shutdown: &'p CancellationToken,
}

/// A record that is ready to be sent.
pub(crate) struct Ready {
    pub(crate) address: Address,
    pub(crate) payload: Box<[u8]>,
}

/// All that is sent, the name of the flow, and what making it took of a processor, in seconds an event.
pub(crate) struct Records {
    pub(crate) ready: Vec<Ready>,
    pub(crate) run: String,
    making: f64,
}

impl Records {
    /// The first events of the flow.
    pub(crate) fn of_flow(scale: Scale, events: u32) -> Result<Self, MeasureError> {
        let flow = Flow::new(scale)?;
        let partitions = PARTITIONS_DEFAULT.unsigned_abs();
        let mut ready = Vec::new();
        let mut ordinal = 0;
        // From the first event on: before it the model warms up.
        let mut watch = None;
        flow.each(events, |event, payload| {
            watch.get_or_insert_with(Watch::of_this_thread);
            let address = Address::of(ordinal, event.key(), partitions);
            ordinal += 1;
            ready.push(Ready { address, payload });
            Ok(())
        })?;
        let seconds = watch.map_or(f64::NAN, Watch::seconds);
        Ok(Self {
            ready,
            run: flow.name(),
            making: seconds / f64::from(events),
        })
    }
}

/// The same events sent by all.
struct Run {
    ours: Sending,
    bare: Sending,
    with_headers: Sending,
}

impl Produce<'_> {
    /// Measures; `progress` is told what comes next.
    ///
    /// # Errors
    /// [`MeasureError::Contents`] where a topic holds another number of records than were sent.
    pub fn measure(
        &self,
        runtime: &Runtime,
        mut progress: impl FnMut(&str),
    ) -> Result<Report, MeasureError> {
        let machine = Machine::this(self.folder);
        progress("making events");
        let records = Records::of_flow(self.scale, self.events)?;
        progress("starting private services");
        let warehouse = runtime.block_on(Warehouse::start(self.folder, Wanted::ALL))?;
        let mut runs = Vec::new();
        for number in 0..=self.runs {
            progress(&format!("run {number} of {}", self.runs));
            let run = self.run(runtime, &warehouse, &records, number)?;
            // The first one warms up, the broker above all.
            if number > 0 {
                runs.push(run);
            }
        }
        runtime.block_on(warehouse.delete())?;
        Ok(Report {
            benchmark: "produce",
            work: format!(
                "{} events, scale {}, to {PARTITIONS_DEFAULT} partitions of one broker, payloads of {:.0} bytes; medians \
                 of {} runs after a warm-up, each into a new topic",
                self.events,
                self.scale.as_str(),
                bytes_a_payload(&records.ready),
                self.runs
            ),
            machine,
            comparisons: comparisons(&runs),
            steps: steps(&runs, records.making),
        })
    }

    fn run(
        &self,
        runtime: &Runtime,
        warehouse: &Warehouse,
        records: &Records,
        number: u16,
    ) -> Result<Run, MeasureError> {
        let short = self.events / SHORT;
        let start = self.ours(runtime, warehouse, short, &format!("short-{number}."))?;
        let whole = self.ours(runtime, warehouse, self.events, &format!("ours-{number}."))?;
        let loop_of = |headers, prefix: &str| {
            let prefix = format!("{prefix}-{number}.");
            unless_interrupted(self.shutdown)?;
            send_by_loop(runtime, warehouse, (&records.ready, headers), &prefix)
        };
        Ok(Run {
            ours: whole - start,
            bare: loop_of(Headers::Without, "bare")?,
            with_headers: loop_of(Headers::With(&records.run), "headers")?,
        })
    }

    /// By `producer run`, from its start to its end.
    fn ours(
        &self,
        runtime: &Runtime,
        warehouse: &Warehouse,
        events: u32,
        prefix: &str,
    ) -> Result<Sending, MeasureError> {
        unless_interrupted(self.shutdown)?;
        let mut command = warehouse.program("producer")?;
        command
            .args(["run", "--scale", self.scale.as_str(), "--events"])
            .arg(events.to_string())
            .env("KAFKA_TOPIC_PREFIX", prefix)
            // Nobody is to tell it its pace.
            .env_remove("DATABASE_URL");
        let cost = warehouse.cost_of(&mut command)?;
        let topic = Topic::Events.name(prefix);
        runtime.block_on(check(warehouse, &topic, events.into(), "producer"))?;
        let events = events.into();
        Ok(Sending { events, cost })
    }
}

/// Sends records by a loop to a new topic, from the first to the last acknowledgement.
pub(crate) fn send_by_loop(
    runtime: &Runtime,
    warehouse: &Warehouse,
    (ready, headers): (&[Ready], Headers<'_>),
    prefix: &str,
) -> Result<Sending, MeasureError> {
    let topic = Topic::Events.name(prefix);
    let kafka = warehouse.kafka_args()?;
    let spec = TopicSpec::new(topic.clone(), Topic::Events.retention());
    let cluster = Cluster::connect(&kafka)?;
    runtime.block_on(cluster.ensure_topic(&spec))?;
    let sending = librdkafka::send(&kafka, &topic, ready, headers, || warehouse.used())?;
    let records = ready.len() as u64;
    runtime.block_on(check(warehouse, &topic, records, librdkafka::NAME))?;
    Ok(sending)
}

/// Sees that a topic holds all that was sent.
async fn check(
    warehouse: &Warehouse,
    topic: &TopicName,
    sent: u64,
    who: &str,
) -> Result<(), MeasureError> {
    let logs = Cluster::connect(&warehouse.kafka_args()?)?;
    let logs = logs.watermarks(topic).await?;
    let held: u64 = logs.iter().map(|it| it.high.abs_diff(it.low)).sum();
    if held != sent {
        return Err(MeasureError::Contents {
            peer: who.to_owned(),
            difference: format!("{topic} holds {held} records in place of {sent}"),
        });
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "bytes in memory")]
fn bytes_a_payload(ready: &[Ready]) -> f64 {
    let bytes: usize = ready.iter().map(|it| it.payload.len()).sum();
    bytes as f64 / ready.len() as f64
}

fn comparisons(runs: &[Run]) -> Vec<Comparison> {
    const RATE: &str = "events a second";
    const CPU_RATE: &str = "events a CPU-second of the program";
    let bare: fn(&Run) -> Sending = |run| run.bare;
    let with_headers: fn(&Run) -> Sending = |run| run.with_headers;
    let rate: fn(&Sending) -> f64 = Sending::events_a_second;
    let cpu_rate: fn(&Sending) -> f64 = Sending::events_a_cpu_second;
    let (payloads, headers) = ("the same payloads and keys", "with the same headers, too");
    [
        (payloads, bare, RATE, rate, "at least 0.8"),
        (payloads, bare, CPU_RATE, cpu_rate, "-"),
        (headers, with_headers, RATE, rate, "-"),
        (headers, with_headers, CPU_RATE, cpu_rate, "-"),
    ]
    .into_iter()
    .map(|(what, theirs, measure, of, goal)| Comparison {
        beside: format!("{}, {what}", librdkafka::NAME),
        measure,
        decimals: 0,
        outcome: Outcome::of_pairs(runs.iter().map(|run| (of(&theirs(run)), of(&run.ours)))),
        goal,
    })
    .collect()
}

/// Seconds of processor an event, by who used it.
fn steps(runs: &[Run], making: f64) -> Vec<Step> {
    let step = |name: &str, of: fn(&Run) -> f64| Step::of_processor(name, runs.iter().map(of));
    vec![
        step("producer", |run| run.ours.of_the_program()),
        Step::of_processor("of it making and writing events, made alone", [making]),
        step("producer, broker", |run| run.ours.of_the_broker()),
        step("librdkafka", |run| run.bare.of_the_program()),
        step("librdkafka, broker", |run| run.bare.of_the_broker()),
        step("librdkafka with headers", |run| {
            run.with_headers.of_the_program()
        }),
        step("librdkafka with headers, broker", |run| {
            run.with_headers.of_the_broker()
        }),
    ]
}
