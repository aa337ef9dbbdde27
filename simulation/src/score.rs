//! `simulation score`: what the rules found of the faults that a run was given on purpose.

mod lines;
mod oracle;
mod table;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

use anyhow::{Context as _, ensure};
use clap::Args;
use database::report::{hits_of_run, received_of_run};
use generators::command::scenario::FlowArgs;
use generators::fault::Class;
use generators::flow::Length;
use producer::simulated::CountedFlow;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::addresses::Addresses;
use crate::epoch::run_name;
use crate::extracts::Folders;
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
    /// Of its events.
    events: PartScore,
    /// Of the lines of its extracts; none where it has none in the warehouse.
    lines: Option<PartScore>,
}

/// How well the rules found the faults of events, or of lines.
#[derive(Debug, PartialEq, Serialize)]
struct PartScore {
    /// How many of them the warehouse has received.
    count: u64,
    /// How many of these have no fault.
    clean: u64,
    /// How many of those a rule hit that is to find faults.
    clean_hit: u64,
    /// By class of fault.
    classes: Vec<ClassScore>,
    /// Hits of rules that find no class: what faults bring about in others.
    consequences: BTreeMap<String, u64>,
}

/// What rules hit: an event by its number in the flow, or a line by its file.
type Hits<Place> = HashMap<Place, Vec<String>>;

/// How well the rules found one class.
#[derive(Debug, PartialEq, Serialize)]
struct ClassScore {
    class: &'static str,
    /// How many have such a fault.
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
        /// What these rules hit without a fault that they are to find.
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
    folders: &Folders,
    addresses: &Addresses,
    shutdown: &CancellationToken,
) -> anyhow::Result<Score> {
    let flow = CountedFlow::new(&args.flow, shutdown)?;
    score_of(&flow, args.flow.length(), folders, addresses).await
}

/// The same of a flow that was counted already, which has this length.
pub(crate) async fn score_of(
    flow: &CountedFlow,
    length: Length,
    folders: &Folders,
    addresses: &Addresses,
) -> anyhow::Result<Score> {
    let (simulation, count) = (&flow.simulation, flow.events);
    let client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
    let run = run_name(&client, simulation.scenario().flow_name()).await?;
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
    let hits = hits.map(|hit| (hit.ordinal, hit.rules)).collect();
    Ok(Score {
        run,
        events: PartScore::of(events, &truth.collect(), &hits),
        lines: lines::score(simulation, length, folders, &client).await?,
    })
}

impl PartScore {
    fn of<P: Eq + Hash>(count: u64, truth: &HashMap<P, Class>, hits: &Hits<P>) -> Self {
        let known: HashSet<&str> = Class::ALL
            .iter()
            .flat_map(|it| rules_of(*it))
            .copied()
            .collect();
        let clean = hits.iter().filter(|(place, _)| !truth.contains_key(place));
        let hits_known = |rules: &[String]| rules.iter().any(|rule| known.contains(&**rule));
        let mut consequences = BTreeMap::new();
        for rule in hits.values().flatten() {
            if !known.contains(&**rule) {
                *consequences.entry(rule.clone()).or_default() += 1;
            }
        }
        Self {
            count,
            clean: count - truth.len() as u64,
            clean_hit: clean.filter(|(_, rules)| hits_known(rules)).count() as u64,
            classes: Class::ALL
                .map(|class| ClassScore::of(class, truth, hits))
                .into(),
            consequences,
        }
    }
}

impl ClassScore {
    fn of<P: Eq + Hash>(class: Class, truth: &HashMap<P, Class>, hits: &Hits<P>) -> Self {
        let injected = truth.values().filter(|it| **it == class).count() as u64;
        let finding = match oracle(class) {
            Oracle::Nothing(reason) => Finding::Unknowable { reason },
            Oracle::Rules(rules) => {
                let is_hit = |hit: &[String]| hit.iter().any(|rule| rules.contains(&&**rule));
                let (mut found, mut false_hits) = (0, 0);
                for (place, hit) in hits.iter().filter(|(_, hit)| is_hit(hit)) {
                    match truth.get(place) {
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

fn is_found_by_any(class: Class, hit: &[String]) -> bool {
    hit.iter().any(|rule| rules_of(class).contains(&&**rule))
}

/// Counts of events are below 2^53.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests;
