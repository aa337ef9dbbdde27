//! The command line of `database`.

mod erase;
mod rebuild;

use std::collections::HashMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Parser, Subcommand};
use database::{connect, digest, migrate, seed, simulation, verify};
use domain::network::Network;
use platform::configuration::{KafkaArgs, LogArgs};
use tokio_postgres::Client;

use crate::address::{DatabaseArgs, Role};
use crate::reporting::{self, ReportArgs, report_and_tell};
use crate::shell;
use erase::EraseArgs;
use rebuild::RebuildArgs;

/// The name that PostgreSQL shows for these connections.
const APPLICATION: &str = "wardflow database";

const EXAMPLES: &str = "\
Examples:
  database migrate          make or renew the schema (as its owner)
  database seed             hospitals, departments, days
  database verify           every invariant, counted anew; exit code 1 if one is broken
  database digest           SHA-256 of gold
  database report --out report.html   the quality of the data as a page
  database rebuild --from silver      gold computed again, where it is damaged or the rules are others
  database rebuild --from bronze      the same for silver and all that follows, from the Kafka records as they came
  database erase --patient ROSEBANK:4711 --dry-run
  database shell -- -c 'table gold.current_occupancy'";

/// The warehouse: schema, reference data, verification, digest, and a way in
#[derive(Parser)]
#[command(name = "database", version, before_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) log: LogArgs,
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make or renew the schema, as its owner
    #[command(
        before_help = "Example:\n  DATABASE_ADMIN_URL=postgres://wardflow_owner:...@HOST/wardflow database migrate"
    )]
    Migrate {
        /// Tell what was done as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write hospitals, departments and days
    #[command(
        before_help = "Examples:\n  database seed                                   the embedded networks\n  database seed --network a.toml --network b.toml   networks of your own"
    )]
    Seed {
        /// Network files; without any, the embedded networks (Johannesburg and BIDMC)
        #[arg(long, value_name = "FILE")]
        network: Vec<PathBuf>,
    },
    /// Check every invariant by counting anew from rows, and from Kafka's log where it is named
    #[command(
        before_help = "Examples:\n  database verify\n  KAFKA_BOOTSTRAP_SERVERS=HOST:9092 database verify --json | jq .green"
    )]
    Verify(Box<VerifyArgs>),
    /// SHA-256 of gold in canonical order, every column
    #[command(before_help = "Example:\n  database digest --json")]
    Digest {
        /// Tell the digests as JSON
        #[arg(long)]
        json: bool,
    },
    /// The quality of the data: volumes, books, rules, freshness, completeness, as a page or as JSON
    #[command(before_help = reporting::EXAMPLES)]
    Report(ReportArgs),
    /// Compute gold again from silver, or silver and all that follows from bronze, as the owner, while readers go on
    #[command(
        before_help = "Examples:\n  database rebuild --from silver\n  database rebuild --from silver --json | jq .is_same\n  database rebuild --from bronze --pseudonym-key-file pseudonym.key"
    )]
    Rebuild(Box<RebuildArgs>),
    /// Forget a patient of a hospital, now and whatever comes later, as the owner
    #[command(
        before_help = "Examples:\n  database erase --patient ROSEBANK:4711 --dry-run\n  echo ROSEBANK:4711 | database erase --patient - --yes --reason 'ticket 82'"
    )]
    Erase(Box<EraseArgs>),
    /// psql on the warehouse
    #[command(
        before_help = "Examples:\n  database shell\n  database shell --role loader -- -c 'table ops.quarantine'"
    )]
    Shell {
        /// Whose connection
        #[arg(long, value_enum, default_value = "analyst")]
        role: Role,
        /// Arguments of psql
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Print the connection string. It holds a password
    #[command(before_help = "Example:\n  psql \"$(database url --role analyst)\"")]
    Url {
        /// Whose connection
        #[arg(long, value_enum, default_value = "loader")]
        role: Role,
    },
}

#[derive(Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    kafka: Option<KafkaArgs>,
    /// Tell the result as JSON
    #[arg(long)]
    json: bool,
}

/// The networks of files as one, or the embedded ones.
fn network_of(files: &[PathBuf]) -> anyhow::Result<Network> {
    if files.is_empty() {
        return Ok(Network::embedded()?);
    }
    let mut network = Network {
        flow: None,
        hospitals: Vec::new(),
    };
    let mut found_in: HashMap<String, &Path> = HashMap::new();
    for file in files {
        let toml = std::fs::read_to_string(file)
            .with_context(|| format!("read the network file {}", file.display()))?;
        let more = Network::parse(&toml).with_context(|| file.display().to_string())?;
        for hospital in more.hospitals {
            if let Some(other) = found_in.insert(hospital.code.clone(), file) {
                let (code, other) = (hospital.code, other.display());
                bail!(
                    "{}: hospital {code} stands in {other} already",
                    file.display()
                );
            }
            network.hospitals.push(hospital);
        }
    }
    Ok(network)
}

/// Does what the command line asks for, on a runtime of its own.
pub(crate) fn execute(arguments: Arguments) -> anyhow::Result<ExitCode> {
    platform::logging::start(&arguments.log)?;
    let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
    runtime.block_on(run(arguments.database, arguments.command))
}

async fn run(database: DatabaseArgs, command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Migrate { json } => migrate_and_tell(database.admin_url()?, json).await?,
        Command::Seed { network } => {
            let network = network_of(&network)?;
            seed_and_tell(&mut current(database.url()?).await?, &network).await?;
        }
        Command::Verify(args) => {
            return verify_and_tell(&mut current(database.url()?).await?, &args).await;
        }
        Command::Digest { json } => {
            let digest = digest::digest(&mut current(database.url()?).await?).await?;
            let mut out = std::io::stdout().lock();
            if json {
                writeln!(out, "{}", digest.to_json())?;
            } else {
                digest::render(&digest, &mut out)?;
            }
        }
        Command::Report(args) => {
            report_and_tell(&mut current(database.url()?).await?, &args).await?;
        }
        Command::Rebuild(args) => {
            return rebuild::rebuild(current(database.admin_url()?).await?, &args).await;
        }
        Command::Erase(args) => {
            return erase::erase(current(database.admin_url()?).await?, &args).await;
        }
        Command::Shell { role, arguments } => return shell::run(&database, role, &arguments),
        Command::Url { role } => writeln!(std::io::stdout(), "{}", database.url_of(role)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A connection to a warehouse of this program's version, which nobody is emptying.
async fn current(url: &str) -> anyhow::Result<Client> {
    let client = connect(url, APPLICATION).await?;
    migrate::require_current(&client).await?;
    simulation::open_epoch(&client).await?;
    Ok(client)
}

async fn migrate_and_tell(admin_url: &str, json: bool) -> anyhow::Result<()> {
    let mut client = connect(admin_url, APPLICATION).await?;
    let migrated = migrate::migrate(&mut client).await?;
    let (version, applied) = (migrated.version, migrated.applied);
    let mut out = std::io::stdout().lock();
    if json {
        let told = serde_json::json!({ "version": version, "applied": applied });
        writeln!(out, "{told}")?;
    } else {
        let applied = applied.len();
        writeln!(
            out,
            "at version {version}; {applied} migrations applied now"
        )?;
    }
    Ok(())
}

async fn seed_and_tell(client: &mut Client, network: &Network) -> anyhow::Result<()> {
    let folded = seed::seed(client, network).await?;
    let hospitals = network.hospitals.len();
    let departments = network.hospitals.iter().map(|it| it.departments.len());
    let departments: usize = departments.sum();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{hospitals} hospitals with {departments} departments")?;
    if folded > 0 {
        writeln!(
            out,
            "{folded} patients folded again: their departments or wards have changed"
        )?;
    }
    Ok(())
}

async fn verify_and_tell(client: &mut Client, args: &VerifyArgs) -> anyhow::Result<ExitCode> {
    let mut report = verify::verify(client).await?;
    let compared = match &args.kafka {
        Some(kafka) => verify::compare(client, &mut report, kafka).await,
        None => Ok(()),
    };
    let mut out = std::io::stdout().lock();
    if args.json {
        let mut told = report.to_json();
        if let Err(error) = &compared {
            told["green"] = false.into();
            told["not_compared"] = error.to_string().into();
        }
        writeln!(out, "{told}")?;
    } else {
        verify::render(&report, &mut out)?;
    }
    // What the database says is told all the same.
    compared.context("the books were not compared with Kafka's log")?;
    Ok(if report.is_green() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;

    #[test]
    fn the_command_is_well_formed() {
        Arguments::command().debug_assert();
        assert!(Arguments::try_parse_from(["database", "digest", "--json"]).is_ok());
        for what in [
            &["--json"][..],
            &["--pictures", "dir"],
            &["--out", "a.html", "--json"],
        ] {
            let arguments = [&["database", "report"], what].concat();
            assert!(Arguments::try_parse_from(arguments).is_ok(), "{what:?}");
        }
        let nothing = ["database", "report", "--score", "score.json"];
        assert!(Arguments::try_parse_from(nothing).is_err());
        let erase = [
            "database",
            "erase",
            "--patient",
            "A:1",
            "--pseudonym-key-file",
            "key",
        ];
        assert!(Arguments::try_parse_from(erase).is_ok());
        for (from, is_ok) in [
            (&["--from", "silver"][..], true),
            (&["--from", "bronze", "--pseudonym-key-file", "key"], true),
            (
                &["--from", "bronze"],
                std::env::var_os("PSEUDONYM_KEY_FILE").is_some(),
            ),
            (&["--from", "gold"], false),
            (&[], false),
        ] {
            let rebuild = [&["database", "rebuild"], from].concat();
            assert_eq!(Arguments::try_parse_from(rebuild).is_ok(), is_ok);
        }
    }
}
