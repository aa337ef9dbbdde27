//! `simulation reset`: services stop, topics and tables are emptied, the epoch rises, and services begin
//! anew.
//!
//! Each step may be done again, and from the first one to the last no service works. So a reset that was
//! killed is ended by another one.

use std::collections::BTreeMap;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::Args;
use database::simulation::{SILENCE_MAX_SECONDS, Service, Turn, empty};
use platform::configuration::KafkaArgs;
use platform::kafka::{Cluster, Topic, TopicSpec};
use tokio_util::sync::CancellationToken;

use crate::addresses::{Addresses, named};
use crate::extracts::Folders;
use crate::holder::{Holder, open};

/// Whether it is meant, and of which archive.
#[derive(Debug, Clone, Args)]
pub(crate) struct ResetArgs {
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// The archive of the warehouse that the environment names; all in it is deleted [default: archive in the home]
    #[arg(long, env = "ARCHIVE_DIR")]
    archive: Option<PathBuf>,
}

impl ResetArgs {
    /// The folders whose files go.
    fn folders(&self, home: &Path) -> Folders {
        let folders = Folders::of(home);
        match &self.archive {
            // Private services have theirs in the home, whatever the environment says of others.
            Some(archive) if named("DATABASE_URL").is_some() => Folders {
                archive: archive.clone(),
                ..folders
            },
            _ => folders,
        }
    }
}

/// How long services that are there may take to stop: longer than a consumer has at its end.
const PATIENCE_WITH_SERVICES: Duration = Duration::from_mins(1);

/// How long whoever reads or writes the warehouse is waited for.
const PATIENCE_WITH_READERS: Duration = Duration::from_mins(2);

const INTERVAL: Duration = Duration::from_millis(200);

/// What is emptied in a second, at the least, of tables and of folders.
const BYTES_IN_SECOND: u64 = 1_000_000_000;

const INTERRUPTED: &str = "interrupted: the reset was begun and not ended; run it again";

/// Whether a person says that it is meant. `None` where nobody can be asked.
pub(crate) fn is_meant(args: &ResetArgs, home: &Path) -> anyhow::Result<Option<bool>> {
    if args.yes {
        return Ok(Some(true));
    }
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let folders = args.folders(home);
    say(&format!(
        "This deletes all events in the topics, all that the warehouse has loaded, the extracts in {}, {} and {}, and \
         the report in {}. Hospitals, departments and days, the schema and the pseudonym key stay.",
        folders.outbox.display(),
        folders.landing.display(),
        folders.archive.display(),
        folders.report.display(),
    ));
    let mut err = std::io::stderr();
    write!(err, "Go on? [y/N] ")?;
    err.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(Some(matches!(answer.trim(), "y" | "Y" | "yes")))
}

/// Empties everything, and returns the number of the epoch that begins.
pub(crate) async fn reset(
    args: &ResetArgs,
    home: &Path,
    addresses: &Addresses,
    shutdown: &CancellationToken,
) -> anyhow::Result<i64> {
    let kafka = addresses.kafka().context(
        "DATABASE_URL names a warehouse, so KAFKA_BOOTSTRAP_SERVERS must name the Kafka that it is loaded \
         from",
    )?;
    let owner_url = addresses.owner_url.as_deref().context(
        "only its owner empties a warehouse: name the owner's connection by DATABASE_ADMIN_URL",
    )?;
    let loader = database::connect(&addresses.loader_url, "wardflow reset").await?;
    database::migrate::require_current(&loader).await?;
    let Some(turn) = Turn::take(loader).await? else {
        bail!("another reset is under way: wait for its end");
    };
    // Nobody begins to deliver extracts whose folders go.
    let _held = match Holder::of(home)? {
        None if home.exists() => Some(open(home)?),
        _ => None,
    };
    let folders = args.folders(home);
    tell_extent(&turn, &folders).await?;
    let started = Instant::now();
    let step = |what: &str| say(&format!("{:>4} s  {what}", started.elapsed().as_secs()));
    turn.begin().await?;
    step("waiting until services have stopped");
    for service in stopped(&turn, shutdown).await? {
        step(&format!(
            "{} {} was not heard of for {:.0} s: passed over; what it still writes of the old epoch is \
             refused",
            service.name, service.instance, service.silent_seconds
        ));
    }
    step("deleting the topics, and making them anew");
    make_topics_anew(&turn, &kafka).await?;
    go_on(shutdown)?;
    step("emptying the warehouse");
    let epoch = empty_in_time(&turn, owner_url, shutdown).await?;
    step("deleting the extracts");
    folders.delete()?;
    turn.end(SILENCE_MAX_SECONDS).await?;
    step(&format!(
        "epoch {epoch} begins; services go on by themselves"
    ));
    Ok(epoch)
}

/// Says how much there is to delete, and how long that takes.
async fn tell_extent(turn: &Turn, folders: &Folders) -> anyhow::Result<()> {
    let extent = turn.extent().await?;
    let files = folders.bytes();
    let bytes = extent.bytes.unsigned_abs() + files;
    // Services take some seconds to stop, and topics to come and go.
    let seconds = 10 + bytes / BYTES_IN_SECOND;
    let megabytes = |bytes: u64| bytes / 1_000_000;
    say(&format!(
        "to delete: some {:.0} rows in {} MB of tables, {} MB of extracts; about {seconds} s",
        extent.rows,
        megabytes(extent.bytes.unsigned_abs()),
        megabytes(files)
    ));
    Ok(())
}

/// Waits until no service works that can be heard of, and tells which of them cannot.
async fn stopped(turn: &Turn, shutdown: &CancellationToken) -> anyhow::Result<Vec<Service>> {
    let deadline = Instant::now() + PATIENCE_WITH_SERVICES;
    loop {
        let services = turn.services().await?;
        let (working, silent): (Vec<_>, Vec<_>) = services
            .into_iter()
            .filter(|service| service.is_working)
            .partition(Service::is_alive);
        if working.is_empty() {
            return Ok(silent);
        }
        if Instant::now() > deadline {
            let working = working.iter();
            let names: Vec<_> = working
                .map(|it| format!("{} {}", it.name, it.instance))
                .collect();
            bail!(
                "{} did not stop within a minute: end it (host:process:number), and run the reset again",
                names.join(", ")
            );
        }
        tokio::select! {
            () = shutdown.cancelled() => bail!(INTERRUPTED),
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// The topics that there are, or were in a reset that was not ended, with as many partitions as they had.
async fn make_topics_anew(turn: &Turn, kafka: &KafkaArgs) -> anyhow::Result<()> {
    let cluster = Cluster::connect(kafka)?;
    let known: BTreeMap<_, _> = turn
        .topics(&cluster.id().await?)
        .await?
        .into_iter()
        .collect();
    for topic in Topic::ALL {
        let name = topic.name(&kafka.topic_prefix);
        let there = cluster.partition_count(&name).await?;
        let there = there.map(i32::try_from).transpose()?;
        let Some(partitions) = there.or_else(|| known.get(name.as_str()).copied()) else {
            continue;
        };
        cluster.delete_topic(&name).await?;
        let spec = TopicSpec::new(name, topic.retention()).with_partitions(partitions);
        cluster.ensure_topic(&spec).await?;
    }
    Ok(())
}

/// Empties the tables as soon as nobody holds them.
async fn empty_in_time(
    turn: &Turn,
    owner_url: &str,
    shutdown: &CancellationToken,
) -> anyhow::Result<i64> {
    let deadline = Instant::now() + PATIENCE_WITH_READERS;
    loop {
        let ended = turn.end_transactions().await?;
        if ended > 0 {
            say(&format!(
                "        {ended} transactions that were under way were ended"
            ));
        }
        let mut owner = database::connect(owner_url, "wardflow reset").await?;
        match empty(&mut owner).await {
            Err(error) if error.is_transient() && Instant::now() < deadline => {
                say(&format!(
                    "        somebody reads the warehouse: waiting ({error})"
                ));
            }
            emptied => return Ok(emptied?),
        }
        go_on(shutdown)?;
    }
}

fn go_on(shutdown: &CancellationToken) -> anyhow::Result<()> {
    if shutdown.is_cancelled() {
        bail!(INTERRUPTED);
    }
    Ok(())
}

/// A step, told on stderr.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
