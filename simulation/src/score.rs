//! `simulation score`: what the rules found of the faults that a run was given on purpose.

mod oracle;
mod table;

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Context as _, ensure};
use clap::Args;
use database::report::{Hit, hits_of_run, received_of_run};
use generators::command::scenario::FlowArgs;
use generators::fault::Class;
use generators::flow::Length;
use producer::simulated::CountedFlow;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::addresses::Addresses;
use oracle::{Oracle, oracle};

/// Which run is scored: it is told as it was told to `run`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ScoreArgs {
    /// Which synthetic events.
    #[command(flatten)]
    flow: FlowArgs,
    /// Tell the score as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How well the rules found the faults of a run.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Score {
    /// The run, as its events name it.
    run: String,
    /// How many of its events the warehouse has received.
    events: u64,
    /// How many of these have no fault.
    clean_events: u64,
    /// How many of those a rule hit that is to find faults.
    clean_events_hit: u64,
    /// By class of fault.
    classes: Vec<ClassScore>,
    /// Hits of rules that find no class: what faults bring about in other events.
    consequences: BTreeMap<String, u64>,
}

/// How well the rules found one class.
#[derive(Debug, PartialEq, Serialize)]
struct ClassScore {
    class: &'static str,
    /// How many events have such a fault.
    injected: u64,
    #[serde(flatten)]
    finding: Finding,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Finding {
    /// By rules.
    Rules {
        rules: &'static [&'static str],
        found: u64,
        /// Events that these rules hit without a fault that they are to find.
        false_hits: u64,
        /// The share of hits that are right; none where nothing was hit.
        precision: Option<f64>,
        /// The share of faults that were found; none where there was none.
        recall: Option<f64>,
    },
    /// By nothing, and why.
    Unknowable { reason: &'static str },
}

/// Scores a run of which the warehouse has received events.
pub(crate) async fn score(
    args: &ScoreArgs,
    addresses: &Addresses,
    shutdown: &CancellationToken,
) -> anyhow::Result<Score> {
    let flow = CountedFlow::new(&args.flow, shutdown)?;
    score_of(&flow, args.flow.length(), addresses).await
}

/// The same of a flow that was counted already, which has this length.
pub(crate) async fn score_of(
    flow: &CountedFlow,
    length: Length,
    addresses: &Addresses,
) -> anyhow::Result<Score> {
    let (simulation, count) = (&flow.simulation, flow.events);
    let run = simulation.scenario().flow_name();
    let client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
    let limit = i64::try_from(count).context("the number of events")?;
    let events = received_of_run(&client, &run, limit).await?.unsigned_abs();
    ensure!(
        events == count,
        "the warehouse has {events} of the {count} events of {run}: run it first, with the same arguments \
         (./wardflow simulation run --faults ...)"
    );
    let hits = hits_of_run(&client, &run).await?;
    let (registry, staff) = (simulation.registry()?, simulation.staff()?);
    let faults = simulation.faults(&registry, &staff, length)?;
    let truth = faults.map(|(ordinal, fault)| (ordinal, fault.class));
    // A longer run begins with this one.
    let hits = hits.into_iter().filter(|hit| hit.ordinal < count);
    Ok(Score::of(
        run,
        events,
        &truth.collect(),
        &hits.collect::<Vec<_>>(),
    ))
}

impl Score {
    fn of(run: String, events: u64, truth: &HashMap<u64, Class>, hits: &[Hit]) -> Self {
        let known: HashSet<&str> = Class::ALL
            .iter()
            .flat_map(|it| rules_of(*it))
            .copied()
            .collect();
        let is_clean = |hit: &&Hit| !truth.contains_key(&hit.ordinal);
        let hits_known = |hit: &&Hit| hit.rules.iter().any(|rule| known.contains(&**rule));
        let mut consequences = BTreeMap::new();
        for rule in hits.iter().flat_map(|hit| &hit.rules) {
            if !known.contains(&**rule) {
                *consequences.entry(rule.clone()).or_default() += 1;
            }
        }
        Self {
            run,
            events,
            clean_events: events - truth.len() as u64,
            clean_events_hit: hits.iter().filter(is_clean).filter(hits_known).count() as u64,
            classes: Class::ALL
                .map(|class| ClassScore::of(class, truth, hits))
                .into(),
            consequences,
        }
    }
}

impl ClassScore {
    fn of(class: Class, truth: &HashMap<u64, Class>, hits: &[Hit]) -> Self {
        let injected = truth.values().filter(|it| **it == class).count() as u64;
        let finding = match oracle(class) {
            Oracle::Nothing(reason) => Finding::Unknowable { reason },
            Oracle::Rules(rules) => {
                let is_hit = |hit: &&Hit| hit.rules.iter().any(|rule| rules.contains(&&**rule));
                let (mut found, mut false_hits) = (0, 0);
                for hit in hits.iter().filter(is_hit) {
                    match truth.get(&hit.ordinal) {
                        Some(other) if *other == class => found += 1,
                        // The rule is to find that one, too.
                        Some(other) if is_found_by_any(*other, hit) => {}
                        _ => false_hits += 1,
                    }
                }
                Finding::Rules {
                    rules,
                    found,
                    false_hits,
                    precision: share(found, found + false_hits),
                    recall: share(found, injected),
                }
            }
        };
        Self {
            class: class.as_str(),
            injected,
            finding,
        }
    }
}

fn rules_of(class: Class) -> &'static [&'static str] {
    match oracle(class) {
        Oracle::Rules(rules) => rules,
        Oracle::Nothing(_) => &[],
    }
}

fn is_found_by_any(class: Class, hit: &Hit) -> bool {
    hit.rules
        .iter()
        .any(|rule| rules_of(class).contains(&&**rule))
}

/// Counts of events are below 2^53.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests;
