//! `consumer bulk-load`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;
use database::rebuild::{self, Shown};
use platform::configuration::{KafkaArgs, PseudonymKeyArgs, RegistryArgs};
use platform::screen::say;
use platform::shutdown::{interrupted, on_signal};

use super::bulk_load;
use crate::limits::Limits;
use crate::run::{Settings, Until};

pub(crate) const EXAMPLES: &str = "\
Examples:
  consumer bulk-load          all that the topics hold, into a warehouse that was just made
  consumer bulk-load --json | jq .records";

/// How many lanes decode: the database takes longer than they.
const LANES: usize = 2;

#[derive(Args)]
pub(crate) struct BulkLoadArgs {
    #[command(flatten)]
    kafka: KafkaArgs,
    #[command(flatten)]
    registry: RegistryArgs,
    #[command(flatten)]
    key: PseudonymKeyArgs,
    /// The warehouse, as its owner
    #[arg(long, env = "DATABASE_ADMIN_URL", hide_env_values = true)]
    database_admin_url: String,
    /// Tell what was done as JSON
    #[arg(long)]
    json: bool,
}

/// Loads, and tells what became of each table.
pub(crate) async fn execute(args: BulkLoadArgs) -> anyhow::Result<ExitCode> {
    let json = args.json;
    let owner = args.database_admin_url.clone();
    let settings = settings(args)?;
    let token = on_signal()?;
    let mut shown = Shown::on_stderr();
    let loaded = bulk_load(settings, (&token, |progress| shown.show(progress))).await;
    drop(shown);
    let Some(loaded) = loaded? else {
        say("interrupted: nothing was changed");
        return Ok(interrupted());
    };
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", loaded.to_json())?;
    } else {
        loaded.write_table(&mut out)?;
        let (records, patients) = (loaded.records, loaded.patients);
        writeln!(out, "{records} records loaded, of {patients} patients")?;
    }
    drop(out);
    let client = database::connect(&owner, "wardflow bulk load").await?;
    // All is done and told: who interrupts this leaves it to the server.
    tokio::select! {
        biased;
        () = token.cancelled() => {}
        tidied = rebuild::tidy(&client, &loaded) => tidied?,
    }
    Ok(ExitCode::SUCCESS)
}

fn settings(args: BulkLoadArgs) -> anyhow::Result<Settings> {
    Ok(Settings {
        key: args.key.load()?,
        kafka: args.kafka,
        registry: args.registry,
        database_url: args.database_admin_url,
        lanes: LANES,
        group_instance_id: None,
        limits: Limits::default(),
        until: Until::End,
    })
}
