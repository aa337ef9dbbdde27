//! What all runs of a campaign share: services of their own, the events in Kafka, the extracts, an empty
//! warehouse to copy, and what a run that nothing happens to ends with.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use database::digest::digest;
use database::initialise::initialise;
use database::status::status;
use database::verify::{compare, verify};
use embedded::{Options, Services, Wanted, own_for_tests};
use platform::configuration::KafkaArgs;
use platform::screen::say;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::load::Load;
use crate::role_passwords::RolePasswords;
use crate::services::{DEMO_KEY, as_role};

/// The warehouse that is copied: migrated and seeded, and nothing loaded.
const EMPTY: &str = "empty";

/// Of whose topics and groups the names begin so.
const PREFIX: &str = "faults.";

/// What a run has to end with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) records: i64,
    pub(super) files: i64,
    pub(super) digest: String,
}

impl fmt::Display for Expected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            records,
            files,
            digest,
        } = self;
        write!(
            formatter,
            "{records} records, {files} files, digest {digest}"
        )
    }
}

/// What a run ends with.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) found: Expected,
    /// The checks that found something, and what is not accounted for.
    pub(super) failed: Vec<String>,
}

pub(super) struct Stage {
    pub(super) services: Services,
    pub(super) expected: Expected,
    pub(super) load: Load,
    folder: TempDir,
    passwords: RolePasswords,
    key: PathBuf,
}

impl Stage {
    /// Starts services, sends the events, makes the extracts, and loads both undisturbed.
    pub(super) async fn set(load: Load, shutdown: &CancellationToken) -> anyhow::Result<Self> {
        say("starting services of the campaign's own");
        let services = own_for_tests(Options::for_tests(Wanted::ALL)?).await?;
        let folder = tempfile::tempdir().context("a folder for extracts and logs")?;
        let key = folder.path().join("pseudonym.key");
        embedded::write_private(&key, DEMO_KEY)?;
        let stage = Self {
            passwords: RolePasswords::load_or_create(services.home().path())?,
            services,
            load,
            expected: Expected {
                records: 0,
                files: 0,
                digest: String::new(),
            },
            folder,
            key,
        };
        let set = stage.undisturbed();
        let expected = tokio::select! {
            expected = set => expected,
            () = shutdown.cancelled() => bail!("interrupted"),
        };
        match expected {
            Ok(expected) => Ok(Self { expected, ..stage }),
            Err(error) => {
                stage.strike().await?;
                Err(error)
            }
        }
    }

    async fn undisturbed(&self) -> anyhow::Result<Expected> {
        let network = self.load.network();
        let file = self.folder.path().join("network.toml");
        std::fs::write(&file, &network)?;
        let file = file.to_str().context("the name of the temporary folder")?;
        self.make_empty().await?;
        say("sending events, and making extracts");
        let mut producer = self.program("producer", None)?;
        producer.args(["run", "--network", file]);
        producer.args(self.load.events()).args(self.load.people());
        ran(producer).await?;
        let mut generators = self.program("generators", None)?;
        generators.args(["all", "--network", file, "--days", self.load.days()]);
        generators.args(self.load.people());
        generators.arg("--out").arg(self.landing());
        ran(generators).await?;
        say("loading them, undisturbed");
        let warehouse = self.warehouse("undisturbed").await?;
        let mut consumer = self.program("consumer", Some(&warehouse))?;
        consumer.args(["run", "--until", "end"]);
        ran(consumer).await?;
        let mut ingester = self.program("batch-ingest", Some(&warehouse))?;
        ingester.args(["once", "--keep"]);
        ran(ingester).await?;
        let proof = self.prove(&warehouse).await?;
        if !proof.failed.is_empty() {
            bail!("undisturbed: {}", proof.failed.join("; "));
        }
        Ok(proof.found)
    }

    async fn make_empty(&self) -> anyhow::Result<()> {
        let postgres = self.services.postgres.as_ref().context("PostgreSQL")?;
        let superuser_url = postgres.superuser_url("postgres");
        let passwords = self.passwords.all();
        initialise(&postgres.psql(), &superuser_url, EMPTY, &passwords).await?;
        let mut owner = self.connect(EMPTY, "wardflow_owner").await?;
        database::migrate::migrate(&mut owner).await?;
        let mut loader = self.connect(EMPTY, "wardflow_loader").await?;
        database::seed::seed(&mut loader, &self.load.seed()?).await?;
        Ok(())
    }

    /// A new warehouse: a copy of the empty one.
    pub(super) async fn warehouse(&self, name: &str) -> anyhow::Result<String> {
        let superuser = self.superuser().await?;
        // A copy has no rights of its own on the database.
        let statements = [
            format!(
                "create database {name} template {EMPTY} strategy file_copy owner wardflow_owner"
            ),
            format!("grant connect on database {name} to wardflow_loader"),
        ];
        for statement in statements {
            superuser.batch_execute(&statement).await?;
        }
        Ok(name.to_owned())
    }

    /// Deletes a warehouse.
    pub(super) async fn drop_warehouse(&self, name: &str) -> anyhow::Result<()> {
        let sql = format!("drop database {name} with (force)");
        Ok(self.superuser().await?.batch_execute(&sql).await?)
    }

    /// A connection of the server's superuser, to no warehouse.
    pub(super) async fn superuser(&self) -> anyhow::Result<tokio_postgres::Client> {
        let postgres = self.services.postgres.as_ref().context("PostgreSQL")?;
        Ok(database::connect(&postgres.superuser_url("postgres"), "wardflow faults").await?)
    }

    /// A connection of a role.
    pub(super) async fn connect(
        &self,
        warehouse: &str,
        role: &str,
    ) -> anyhow::Result<tokio_postgres::Client> {
        Ok(database::connect(&self.url(warehouse, role)?, "wardflow faults").await?)
    }

    fn url(&self, warehouse: &str, role: &str) -> anyhow::Result<String> {
        let postgres = self.services.postgres.as_ref().context("PostgreSQL")?;
        as_role(
            &postgres.superuser_url(warehouse),
            role,
            self.passwords.of(role),
        )
        .context("the address of PostgreSQL")
    }

    /// How many records came to a warehouse, and how many files are loaded to their end.
    pub(super) async fn loaded(
        &self,
        client: &tokio_postgres::Client,
    ) -> anyhow::Result<(i64, i64)> {
        let status = status(client).await?;
        Ok((status.records.received, status.files.loaded))
    }

    /// Proves all that holds of a warehouse.
    pub(super) async fn prove(&self, warehouse: &str) -> anyhow::Result<Proof> {
        let mut client = self.connect(warehouse, "wardflow_loader").await?;
        let mut report = verify(&mut client).await?;
        compare(&client, &mut report, &self.kafka(warehouse)?).await?;
        let mut failed: Vec<String> = report
            .failed()
            .map(|it| format!("{} of {} ({})", it.violations, it.name, it.title))
            .collect();
        if report.books.imbalance() != 0 {
            failed.push(format!(
                "the books are out of balance by {}",
                report.books.imbalance()
            ));
        }
        if report.books.unread() != Some(0) {
            failed.push(format!(
                "{:?} records of Kafka are not read",
                report.books.unread()
            ));
        }
        let digest = digest(&mut client).await?.sha256;
        let (records, files) = self.loaded(&client).await?;
        Ok(Proof {
            found: Expected {
                records,
                files,
                digest,
            },
            failed,
        })
    }

    fn kafka(&self, warehouse: &str) -> anyhow::Result<KafkaArgs> {
        let kafka = self.services.kafka.as_ref().context("Kafka")?;
        let mut args = KafkaArgs::plaintext(kafka.bootstrap_servers());
        PREFIX.clone_into(&mut args.topic_prefix);
        args.group_id = format!("{PREFIX}{warehouse}");
        Ok(args)
    }

    /// A program that was built beside this one, told of these services and nothing else.
    pub(super) fn program(&self, name: &str, warehouse: Option<&str>) -> anyhow::Result<Command> {
        let path = std::env::current_exe()?.with_file_name(name);
        if !path.exists() {
            bail!(
                "{} is missing: build all programs, by `./wardflow {name} --help`",
                path.display()
            );
        }
        let kafka = self.kafka(warehouse.unwrap_or("producer"))?;
        let registry = self.services.registry.as_ref().context("the registry")?;
        let mut command = Command::new(path);
        command
            .env_clear()
            .current_dir(self.folder.path())
            .env("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap_servers)
            .env("KAFKA_TOPIC_PREFIX", kafka.topic_prefix)
            .env("KAFKA_GROUP_ID", kafka.group_id)
            .env("SCHEMA_REGISTRY_URL", registry.url())
            .env("PSEUDONYM_KEY_FILE", &self.key)
            .env("WARDFLOW_HOME", self.folder.path().join("home"))
            .env("LOG_FORMAT", "json");
        if let Some(warehouse) = warehouse {
            command
                .env("DATABASE_URL", self.url(warehouse, "wardflow_loader")?)
                .env("LANDING_DIR", self.landing())
                .env(
                    "ARCHIVE_DIR",
                    self.folder.path().join(warehouse).join("archive"),
                )
                .env("BATCH_SETTLE_SECONDS", "0");
        }
        Ok(command)
    }

    fn landing(&self) -> PathBuf {
        self.folder.path().join("landing")
    }

    /// A run's own folder, for what its members say.
    pub(super) fn folder_of(&self, warehouse: &str) -> anyhow::Result<PathBuf> {
        let folder = self.folder.path().join(warehouse);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Puts a run's folder where it stays, and says where.
    pub(super) fn keep(&self, warehouse: &str) -> anyhow::Result<PathBuf> {
        let from = self.folder.path().join(warehouse);
        let to = std::env::temp_dir().join(format!("wardflow-{warehouse}-{}", std::process::id()));
        std::fs::create_dir_all(&to)?;
        for entry in std::fs::read_dir(&from)? {
            let path = entry?.path();
            if let (true, Some(name)) = (path.is_file(), path.file_name()) {
                std::fs::copy(&path, to.join(name))?;
            }
        }
        Ok(to)
    }

    /// Ends the services.
    pub(super) async fn strike(self) -> anyhow::Result<()> {
        Ok(self.services.stop().await?)
    }
}

/// Lets a program run to its end.
async fn ran(command: Command) -> anyhow::Result<()> {
    let name = Path::new(command.get_program()).display().to_string();
    let output = tokio::process::Command::from(command)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| format!("cannot start {name}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    bail!(
        "{name}: {}: {}",
        output.status,
        said.lines().last().unwrap_or_default()
    )
}
