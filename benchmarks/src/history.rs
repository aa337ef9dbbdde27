//! `benchmarks history`: folding the records of patients into their rows of gold.
//!
//! The limit is the least that any fold does: it takes references to a patient's records and sorts them by their time,
//! for no row of gold can be told before what comes after what. The other comparison is ours with itself, of patients
//! with ten times as many records, so that growth shows. There are as many records then, of a tenth of the patients:
//! neither memory nor caches favour one of them.

mod copies;

use std::collections::BTreeMap;
use std::hint::black_box;

use domain::history::{Departments, history};
use domain::record::AdtRecord;
use generators::scale::Scale;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::comparison::{Comparison, Outcome, Report, Step};
use crate::error::MeasureError;
use crate::flow::Flow;
use crate::machine::Machine;
use crate::process::unless_interrupted;
use crate::processor::seconds_of;
use crate::reader::Reader;
use copies::TIMES;

/// What is measured.
#[derive(Debug)]
pub struct History<'h> {
    /// How many events.
    pub events: u32,
    /// How many runs over all of them.
    pub runs: u16,
    /// Ends the measuring between two runs.
    pub shutdown: &'h CancellationToken,
}

/// The records of each of some patients.
struct Patients(Vec<Vec<AdtRecord>>);

/// What a record takes of a processor, in seconds.
struct Run {
    sorting: f64,
    folding: f64,
    sorting_grown: f64,
    folding_grown: f64,
}

impl History<'_> {
    /// Measures; `progress` is told what comes next.
    pub fn measure(&self, mut progress: impl FnMut(&str)) -> Result<Report, MeasureError> {
        let machine = Machine::here();
        progress("making events");
        let flow = Flow::new(Scale::Quick)?;
        let departments = flow.network().departments();
        let patients = Patients::of(&flow, self.events)?;
        let grown = patients.grown();
        let mut runs = Vec::new();
        for number in 0..=self.runs {
            unless_interrupted(self.shutdown)?;
            progress(&format!("run {number} of {}", self.runs));
            let run = Run {
                sorting: patients.sort(),
                sorting_grown: grown.sort(),
                folding: patients.fold(&departments),
                folding_grown: grown.fold(&departments),
            };
            // The first one warms up.
            if number > 0 {
                runs.push(run);
            }
        }
        Ok(Report {
            benchmark: "history",
            work: format!(
                "{} records of {} patients, scale quick, and {} of {}, each with {TIMES} times as many; on one thread, \
                 medians of {} runs after a warm-up",
                patients.records(),
                patients.0.len(),
                grown.records(),
                grown.0.len(),
                self.runs
            ),
            machine,
            comparisons: vec![
                Comparison {
                    beside: "sorting references to the same records".to_owned(),
                    measure: "nanoseconds a record",
                    decimals: 0,
                    outcome: Outcome::of_pairs(
                        runs.iter()
                            .map(|run| (run.sorting * 1e9, run.folding * 1e9)),
                    ),
                    goal: "-",
                },
                Comparison {
                    beside: format!(
                        "the same fold as it is; ours with histories {TIMES} times as long"
                    ),
                    measure: "records a CPU-second",
                    decimals: 0,
                    outcome: Outcome::of_pairs(
                        runs.iter()
                            .map(|run| (1.0 / run.folding, 1.0 / run.folding_grown)),
                    ),
                    goal: "at least 0.8",
                },
            ],
            steps: steps(&runs),
        })
    }
}

fn steps(runs: &[Run]) -> Vec<Step> {
    let step = |name: String, of: fn(&Run) -> f64| Step::of_processor(name, runs.iter().map(of));
    vec![
        step("sorting".to_owned(), |run| run.sorting),
        step("folding".to_owned(), |run| run.folding),
        step(format!("sorting, {TIMES} times the length"), |run| {
            run.sorting_grown
        }),
        step(format!("folding, {TIMES} times the length"), |run| {
            run.folding_grown
        }),
    ]
}

impl Patients {
    /// Those of the first events of a flow, by their pseudonyms, with their records in order of arrival.
    fn of(flow: &Flow, events: u32) -> Result<Self, MeasureError> {
        let reader = Reader::new(flow.network())?;
        let mut patients: BTreeMap<Uuid, Vec<AdtRecord>> = BTreeMap::new();
        let mut ordinal = 0;
        flow.each(events, |_, payload| {
            let failed = MeasureError::of_event("our decoder", ordinal);
            let decoded = reader.decode(&payload).map_err(failed)?;
            let failed = MeasureError::of_event("our cleaning", ordinal);
            let record = reader.clean(&decoded).map_err(failed)?.record;
            ordinal += 1;
            let records = patients.entry(record.patient_pseudonym);
            records.or_default().push(record);
            Ok(())
        })?;
        // Copied, each patient's records lie side by side in memory, as those of grown histories do.
        Ok(Self(patients.values().cloned().collect()))
    }

    /// A tenth of them, with ten times the history.
    fn grown(&self) -> Self {
        let some = self.0.iter().step_by(TIMES);
        Self(some.map(|records| copies::grown(records)).collect())
    }

    fn records(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    fn sort(&self) -> f64 {
        self.each(|records| {
            let mut order: Vec<&AdtRecord> = records.iter().collect();
            order.sort_unstable_by_key(|it| {
                (it.occurred_at, it.sequence, it.recorded_at, it.content_hash)
            });
            drop(black_box(order));
        })
    }

    fn fold(&self, departments: &Departments) -> f64 {
        self.each(|records| drop(black_box(history(records, departments))))
    }

    /// Does something with the records of each patient: the seconds that a record takes of a processor.
    #[expect(clippy::cast_precision_loss, reason = "records in memory")]
    fn each(&self, work: impl Fn(&[AdtRecord])) -> f64 {
        let (seconds, ()) = seconds_of(|| {
            for records in &self.0 {
                work(black_box(records));
            }
        });
        seconds / self.records() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fold_is_measured_at_both_lengths() {
        let shutdown = CancellationToken::new();
        let history = History {
            events: 2_000,
            runs: 1,
            shutdown: &shutdown,
        };
        let report = history.measure(|_| {}).unwrap();
        assert!(
            report.work.starts_with("2000 records of "),
            "{}",
            report.work
        );
        assert_eq!(report.comparisons.len(), 2);
        assert!(report.steps.iter().all(|step| step.microseconds > 0.0));
    }

    #[test]
    fn what_is_grown_has_ten_times_the_rows_of_facts() {
        let flow = Flow::new(Scale::Quick).unwrap();
        let departments = flow.network().departments();
        let patients = Patients::of(&flow, 2_000).unwrap();
        let grown = patients.grown();
        for (short, long) in patients.0.iter().step_by(TIMES).zip(&grown.0) {
            assert_eq!(long.len(), short.len() * TIMES);
            let (short, long) = (history(short, &departments), history(long, &departments));
            assert_eq!(long.admissions.len(), short.admissions.len() * TIMES);
            assert_eq!(long.stays.len(), short.stays.len() * TIMES);
        }
    }
}
