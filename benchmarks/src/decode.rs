//! `benchmarks decode`: reading the payloads of events, and cleaning what was read.
//!
//! Ours reads a datum straight into the event, and hashes its content under a key. The peer is the crate apache-avro,
//! which reads the same datum with the same schema into its tree of values, or by serde into a struct. It hashes nothing:
//! once the content of its tree is hashed as ours is, so that both do the same. All work on the same portion of payloads in turn, on one thread; what was read is let go at once. Before
//! anything is measured all payloads are read by all, and must be the same to all.

mod peer;
mod sent;

use std::hint::black_box;

use apache_avro::Schema;
use apache_avro::types::Value;
use generators::scale::Scale;
use platform::codec::ADT_EVENT_SCHEMA;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::comparison::{Comparison, Outcome, Report, Step};
use crate::error::MeasureError;
use crate::flow::Flow;
use crate::machine::Machine;
use crate::process::unless_interrupted;
use crate::processor::seconds_of;
use crate::reader::Reader;
use peer::Peer;

/// How many payloads each works on before it is the next one's turn.
const PORTION: usize = 1_000;

const OURS: &str = "our decoder";
const CLEANING: &str = "our cleaning";

/// What is measured.
#[derive(Debug)]
pub struct Decode<'d> {
    /// How many events.
    pub events: u32,
    /// How many runs over all of them.
    pub runs: u16,
    /// Ends the measuring between two runs.
    pub shutdown: &'d CancellationToken,
}

/// Payloads, and who reads them.
struct Sample<'s> {
    payloads: Vec<Box<[u8]>>,
    reader: Reader,
    peer: Peer<'s>,
}

/// What an event takes of a processor, in seconds.
#[derive(Debug, Default)]
struct Run {
    decoding: f64,
    hashing: f64,
    cleaning: f64,
    into_value: f64,
    into_value_and_hash: f64,
    into_struct: f64,
}

impl Decode<'_> {
    /// Measures; `progress` is told what comes next.
    ///
    /// # Errors
    /// [`MeasureError::Contents`] where the peer reads something else.
    pub fn measure(&self, mut progress: impl FnMut(&str)) -> Result<Report, MeasureError> {
        let machine = Machine::here();
        progress("making events");
        let schema = Schema::parse_str(ADT_EVENT_SCHEMA);
        let schema = schema.map_err(MeasureError::of_schema(peer::NAME))?;
        let sample = Sample::new(self.events, &schema)?;
        progress("reading them all by all");
        sample.check()?;
        let mut runs = Vec::new();
        for number in 0..=self.runs {
            unless_interrupted(self.shutdown)?;
            progress(&format!("run {number} of {}", self.runs));
            let run = sample.run()?;
            // The first one warms up.
            if number > 0 {
                runs.push(run);
            }
        }
        Ok(Report {
            benchmark: "decode",
            work: format!(
                "{} payloads of {:.0} bytes, scale quick, on one thread; medians of {} runs after a warm-up",
                sample.payloads.len(),
                sample.bytes_a_payload(),
                self.runs
            ),
            machine,
            comparisons: vec![
                beside("tree of values, hashed as ours is", &runs, |run| {
                    run.into_value_and_hash
                }),
                beside("tree of values, no hash", &runs, |run| run.into_value),
                beside("struct by serde, no hash", &runs, |run| run.into_struct),
            ],
            steps: steps(&runs),
        })
    }
}

fn beside(how: &str, runs: &[Run], theirs: impl Fn(&Run) -> f64) -> Comparison {
    let pairs = runs.iter();
    let pairs = pairs.map(|run| (1.0 / theirs(run), 1.0 / run.decoding));
    Comparison {
        beside: format!("{}, {how}", peer::NAME),
        measure: "events a CPU-second",
        decimals: 0,
        outcome: Outcome::of_pairs(pairs),
        goal: "-",
    }
}

fn steps(runs: &[Run]) -> Vec<Step> {
    let step = |name: &str, of: fn(&Run) -> f64| Step::of_processor(name, runs.iter().map(of));
    vec![
        step("decoding, with the content hash", |run| run.decoding),
        step("of it the content hash, hashed alone", |run| run.hashing),
        step("cleaning", |run| run.cleaning),
        step("apache-avro, tree of values", |run| run.into_value),
        step("apache-avro, tree of values, hashed", |run| {
            run.into_value_and_hash
        }),
        step("apache-avro, struct", |run| run.into_struct),
    ]
}

impl<'s> Sample<'s> {
    fn new(events: u32, schema: &'s Schema) -> Result<Self, MeasureError> {
        let flow = Flow::new(Scale::Quick)?;
        let mut payloads = Vec::new();
        flow.each(events, |_, payload| {
            payloads.push(payload);
            Ok(())
        })?;
        Ok(Self {
            payloads,
            reader: Reader::new(flow.network())?,
            peer: Peer::new(schema)?,
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "bytes in memory")]
    fn bytes_a_payload(&self) -> f64 {
        let bytes: usize = self.payloads.iter().map(|it| it.len()).sum();
        bytes as f64 / self.payloads.len() as f64
    }

    /// Portions, each with the number of its first event.
    fn portions(&self) -> impl Iterator<Item = (u64, &[Box<[u8]>])> {
        (0..).step_by(PORTION).zip(self.payloads.chunks(PORTION))
    }

    /// Reads everything by ours and by the peer.
    fn check(&self) -> Result<(), MeasureError> {
        for (ordinal, payload) in (0..).zip(&self.payloads) {
            let failed = MeasureError::of_event(OURS, ordinal);
            let ours = self.reader.decode(payload).map_err(failed)?;
            let failed = || MeasureError::of_event(peer::NAME, ordinal);
            let value = self.peer.value(payload).map_err(failed())?;
            let read = self.peer.sent(payload).map_err(failed())?;
            let hash = self.hash(&value);
            if hash != ours.content_hash || !read.is(&ours.event) {
                return Err(MeasureError::Contents {
                    peer: peer::NAME.to_owned(),
                    difference: format!("event {ordinal} of the flow has other fields"),
                });
            }
        }
        Ok(())
    }

    fn run(&self) -> Result<Run, MeasureError> {
        let mut run = Run::default();
        for (first, payloads) in self.portions() {
            run.decoding += each(OURS, first, payloads, |it| self.reader.decode(it))?;
            run.into_value += each(peer::NAME, first, payloads, |it| self.peer.value(it))?;
            run.into_value_and_hash +=
                each(peer::NAME, first, payloads, |it| self.value_and_hash(it))?;
            run.into_struct += each(peer::NAME, first, payloads, |it| self.peer.sent(it))?;
            let decoded = all(OURS, first, payloads, |it| self.reader.decode(it))?;
            run.cleaning += each(CLEANING, first, &decoded, |it| self.reader.clean(it))?;
            run.hashing += self.hashing(first, payloads)?;
        }
        #[expect(clippy::cast_precision_loss, reason = "events in memory")]
        let events = self.payloads.len() as f64;
        Ok(Run {
            decoding: run.decoding / events,
            hashing: run.hashing / events,
            cleaning: run.cleaning / events,
            into_value: run.into_value / events,
            into_value_and_hash: run.into_value_and_hash / events,
            into_struct: run.into_struct / events,
        })
    }

    /// What ours does at once.
    fn value_and_hash(&self, payload: &[u8]) -> Result<(Value, Uuid), String> {
        let value = self.peer.value(payload)?;
        let hash = self.hash(&value);
        Ok((value, hash))
    }

    fn hash(&self, value: &Value) -> Uuid {
        peer::content(value).hash(self.reader.key())
    }

    /// Hashes the contents of payloads: they are collected before, in the order of the datum as decoding does.
    fn hashing(&self, first: u64, payloads: &[Box<[u8]>]) -> Result<f64, MeasureError> {
        let values = all(peer::NAME, first, payloads, |it| self.peer.value(it))?;
        let contents: Vec<_> = values.iter().map(peer::content).collect();
        let (seconds, ()) = seconds_of(|| {
            for content in contents {
                black_box(content.hash(self.reader.key()));
            }
        });
        Ok(seconds)
    }
}

/// What comes of each of some payloads.
fn all<T, R, E: std::fmt::Display>(
    who: &'static str,
    first: u64,
    payloads: &[T],
    work: impl Fn(&T) -> Result<R, E>,
) -> Result<Vec<R>, MeasureError> {
    let done = (first..)
        .zip(payloads)
        .map(|(ordinal, it)| work(it).map_err(MeasureError::of_event(who, ordinal)));
    done.collect()
}

/// Does something with each of some payloads, or of what was read of them, and lets go what comes of it: the seconds
/// that this takes of a processor.
fn each<T, R, E: std::fmt::Display>(
    who: &'static str,
    first: u64,
    these: &[T],
    work: impl Fn(&T) -> Result<R, E>,
) -> Result<f64, MeasureError> {
    let (seconds, done) = seconds_of(|| {
        for (ordinal, it) in (first..).zip(these) {
            let outcome = work(black_box(it));
            black_box(outcome.map_err(MeasureError::of_event(who, ordinal))?);
        }
        Ok::<_, MeasureError>(())
    });
    done?;
    Ok(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peer_reads_the_same_and_all_is_measured() {
        let shutdown = CancellationToken::new();
        let decode = Decode {
            events: 1_500,
            runs: 1,
            shutdown: &shutdown,
        };
        let report = decode.measure(|_| {}).unwrap();
        assert!(
            report.work.starts_with("1500 payloads of "),
            "{}",
            report.work
        );
        for comparison in &report.comparisons {
            let outcome = &comparison.outcome;
            let is_measured = matches!(outcome, Outcome::Measured { ratio, .. } if *ratio > 0.0);
            assert!(is_measured, "{outcome:?}");
        }
        assert!(report.steps.iter().all(|step| step.microseconds > 0.0));
        shutdown.cancel();
        assert!(decode.measure(|_| {}).is_err());
    }

    #[test]
    fn a_payload_that_is_cut_is_named() {
        let schema = Schema::parse_str(ADT_EVENT_SCHEMA).unwrap();
        let mut sample = Sample::new(3, &schema).unwrap();
        sample.payloads[2] = sample.payloads[2][..40].into();
        let told = sample.run().unwrap_err().to_string();
        assert!(
            told.starts_with("our decoder cannot take event 2 of the flow"),
            "{told}"
        );
    }
}
