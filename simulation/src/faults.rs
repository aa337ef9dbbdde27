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

use std::io::Write as _;

use clap::Args;
use platform::screen::say;
use tokio_util::sync::CancellationToken;

use load::Load;
use stage::Stage;
use tally::Tally;
use trial::Trial;

/// How large a campaign is.
#[derive(Debug, Args)]
pub(crate) struct FaultsArgs {
    /// How many runs
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    runs: u64,
    /// Seed of the first run; each further run has the next one
    #[arg(long, default_value_t = 1)]
    seed: u64,
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
    let stage = Stage::set(args.load, shutdown).await?;
    say(&format!(
        "Undisturbed: {} records, {} files, digest {}",
        stage.expected.records, stage.expected.files, stage.expected.digest
    ));
    let campaign = runs(args, &stage, shutdown).await;
    let ended = stage.strike().await;
    let is_right = campaign?;
    ended?;
    Ok(is_right)
}

async fn runs(
    args: &FaultsArgs,
    stage: &Stage,
    shutdown: &CancellationToken,
) -> anyhow::Result<bool> {
    let mut tally = Tally::of(args.load);
    let mut out = std::io::stdout();
    for number in 0..args.runs {
        let seed = args.seed.wrapping_add(number);
        let outcome = Trial::run(stage, seed, shutdown).await?;
        if args.json {
            writeln!(out, "{}", outcome.to_json())?;
        } else {
            writeln!(out, "{outcome}")?;
        }
        tally.add(&outcome);
    }
    if args.json {
        writeln!(out, "{}", tally.to_json())?;
    } else {
        writeln!(out, "{tally}")?;
    }
    Ok(tally.is_right())
}
