//! `consumer bulk-load`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Args;
use database::rebuild::{self, Rebuilt, Shown};
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
    // From here on nothing can fail but the telling: to run it again would be refused.
    if let Err(error) = tell(&loaded, json) {
        tracing::warn!(%error, "all is loaded, and what was done was not told");
    }
    tokio::select! {
        biased;
        () = token.cancelled() => {}
        () = tidy(&owner, &loaded) => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(loaded: &Rebuilt, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", loaded.to_json())
    } else {
        loaded.write_table(&mut out)?;
        let (records, patients) = (loaded.records, loaded.patients);
        writeln!(out, "{records} records loaded, of {patients} patients")
    }
}

/// Who interrupts this, or fails at it, leaves it to the server.
async fn tidy(owner: &str, loaded: &Rebuilt) {
    let tidied = async {
        let client = database::connect(owner, "wardflow bulk load").await?;
        rebuild::tidy(&client, loaded).await
    };
    if let Err(error) = tidied.await {
        tracing::warn!(%error, "all is loaded; PostgreSQL looks at the tables by itself some time later");
    }
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
