//! `simulation faults`: what stands in gold must not depend on what happens to whom on the way.
//!
//! A campaign loads the same events and extracts again and again, each run into a warehouse of its own, by
//! consumers and an ingester that are processes of their own. They die at points inside a batch, are killed,
//! stopped and replaced, and PostgreSQL, Kafka and the registry are harmed as well. Each run has to end with
//! the digest of one that nothing happened to, with balanced books and a green verification.
//!
//! What happens follows from a run's seed, so that a run can be done again; when it happens, to the
//! millisecond, is the machine's.

mod deed;
mod dice;
mod load;
mod member;
mod plan;
mod stage;
mod tally;
mod trial;

use std::fmt::Display;
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::bail;
use clap::Args;
use futures::future::try_join_all;
use platform::screen::say;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use load::Load;
use stage::{Expected, Stage};
use tally::Tally;
use trial::{Outcome, Trial};

/// How large a campaign is.
#[derive(Debug, Args)]
pub(crate) struct FaultsArgs {
    /// How many runs
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    runs: u64,
    /// Seed of the first run; each further run has the next one
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many runs at once, each on services of its own
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=16))]
    at_once: u16,
    /// What is loaded
    #[arg(long, value_enum, default_value = "small")]
    load: Load,
    /// Tell each run, and the sums, as a line of JSON
    #[arg(long)]
    json: bool,
}

/// Runs a campaign on services of its own. False where a run did not end as it has to.
pub(crate) async fn faults(
    args: &FaultsArgs,
    shutdown: &CancellationToken,
) -> anyhow::Result<bool> {
    let stages = (0..args.at_once).map(|_| Stage::set(args.load, shutdown));
    let mut stages = try_join_all(stages).await?;
    let campaign = campaign(args, &stages, shutdown).await;
    let mut struck = Ok(());
    while let Some(stage) = stages.pop() {
        struck = struck.and(stage.strike().await);
    }
    let is_right = campaign?;
    struck?;
    Ok(is_right)
}

async fn campaign(
    args: &FaultsArgs,
    stages: &[Stage],
    shutdown: &CancellationToken,
) -> anyhow::Result<bool> {
    let undisturbed: Vec<&Expected> = stages.iter().map(|it| &it.expected).collect();
    say(&format!("Undisturbed: {}", undisturbed[0]));
    if let Some(other) = undisturbed.iter().find(|it| **it != undisturbed[0]) {
        bail!("undisturbed on other services: {other}");
    }
    let (numbers, tally) = (AtomicU64::new(0), Mutex::new(Tally::of(args.load)));
    let runs = stages.iter().map(async |stage| {
        loop {
            let number = numbers.fetch_add(1, Ordering::Relaxed);
            if number >= args.runs {
                return anyhow::Ok(());
            }
            let seed = args.seed.wrapping_add(number);
            let outcome = Trial::run(stage, seed, shutdown).await?;
            args.tell(&outcome, Outcome::to_json)?;
            tally.lock().await.add(&outcome);
        }
    });
    try_join_all(runs).await?;
    let tally = tally.into_inner();
    args.tell(&tally, Tally::to_json)?;
    Ok(tally.is_right())
}

impl FaultsArgs {
    /// Writes a line for people, or of JSON.
    fn tell<T: Display>(&self, what: &T, to_json: fn(&T) -> Value) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.json {
            return writeln!(out, "{}", to_json(what));
        }
        writeln!(out, "{what}")
    }
}
