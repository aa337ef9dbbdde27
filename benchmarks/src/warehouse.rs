//! A warehouse of a measuring's own: a private PostgreSQL with the settings that users get, durable.

use std::ffi::OsStr;
use std::fs;
use std::ops::{AddAssign, Sub};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use database::initialise::{ROLES, initialise};
use database::{connect, migrate, seed};
use domain::network::Network;
use embedded::{
    Addresses, Home, Kafka, Options, Postgres, Registry, Service, Services, Wanted, random_hex,
};
use platform::codec::AdtEncoder;
use platform::configuration::{KafkaArgs, RegistryArgs};
use platform::kafka::Topic;
use tokio_postgres::Client;

use crate::error::MeasureError;
use crate::proc::{Stat, seconds};
use crate::process::{self, ProcessError, Run, Running};
use crate::server::cpu_seconds;

const DATABASE: &str = "benchmark";
const APPLICATION: &str = "wardflow benchmarks";

/// The key of demonstrations and tests.
const DEMO_KEY: &str = include_str!("../../demo-pseudonym.key");

/// A migrated and seeded warehouse, and the services around it.
pub(crate) struct Warehouse {
    /// Dropped before the home's data is deleted.
    services: Services,
    superuser_url: String,
    passwords: Vec<(String, String)>,
    environment: Vec<(&'static str, String)>,
    home: PathBuf,
}

impl Warehouse {
    /// Starts the services in a folder.
    pub(crate) async fn start(folder: &Path, wanted: Wanted) -> Result<Self, MeasureError> {
        let home = folder.join("home");
        let services = Services::start(Home::open(&home)?, Options::new(wanted)?).await?;
        let addresses = Addresses::of(&services);
        let superuser_url = addresses.superuser_url(DATABASE);
        let superuser_url = superuser_url.ok_or(MeasureError::Missing("PostgreSQL"))?;
        let passwords = ROLES
            .iter()
            .map(|(role, _)| Ok(((*role).to_owned(), random_hex(32)?)))
            .collect::<Result<Vec<_>, embedded::Error>>()?;
        let url_of = |role| as_role(&superuser_url, role, &passwords);
        let key_file = home.join("key");
        fs::write(&key_file, DEMO_KEY).map_err(MeasureError::file("write", &key_file))?;
        let mut environment = vec![
            ("WARDFLOW_HOME", home.display().to_string()),
            ("DATABASE_URL", url_of("wardflow_loader")),
            ("DATABASE_ADMIN_URL", url_of("wardflow_owner")),
            ("PSEUDONYM_KEY_FILE", key_file.display().to_string()),
        ];
        let others = [
            ("KAFKA_BOOTSTRAP_SERVERS", addresses.bootstrap_servers),
            ("SCHEMA_REGISTRY_URL", addresses.schema_registry_url),
        ];
        environment.extend(
            others
                .into_iter()
                .filter_map(|(name, it)| Some((name, it?))),
        );
        let warehouse = Self {
            services,
            superuser_url,
            passwords,
            environment,
            home,
        };
        warehouse.prepare().await?;
        Ok(warehouse)
    }

    async fn prepare(&self) -> Result<(), MeasureError> {
        let postgres = self.postgres()?;
        let first_url = postgres.superuser_url("postgres");
        initialise(&postgres.psql(), &first_url, DATABASE, &self.passwords).await?;
        let url_of = |role: &str| as_role(&self.superuser_url, role, &self.passwords);
        let mut owner = connect(&url_of("wardflow_owner"), APPLICATION).await?;
        migrate::migrate(&mut owner).await?;
        let mut loader = connect(&url_of("wardflow_loader"), APPLICATION).await?;
        seed::seed(&mut loader, &Network::embedded()?).await?;
        Ok(())
    }

    /// Puts a new one in its place; what is in Kafka stays.
    pub(crate) async fn renew(&self) -> Result<(), MeasureError> {
        let postgres = self.postgres()?;
        let client = connect(&postgres.superuser_url("postgres"), APPLICATION).await?;
        let delete = format!("drop database {DATABASE} with (force)");
        let deleted = client.batch_execute(&delete).await;
        deleted.map_err(database_error("delete a warehouse"))?;
        self.prepare().await
    }

    /// A single number of the database.
    pub(crate) async fn number(&self, sql: &str) -> Result<f64, MeasureError> {
        let row = self.client().await?.query_one(sql, &[]).await;
        let number: i64 = row.map_err(database_error("read a number"))?.get(0);
        #[allow(clippy::cast_precision_loss, reason = "counts and bytes")]
        Ok(number as f64)
    }

    /// The digest of gold.
    pub(crate) async fn gold(&self) -> Result<String, MeasureError> {
        let mut client = self.client().await?;
        Ok(database::digest::digest(&mut client).await?.sha256)
    }

    /// Writes what a query gives to a file in binary form, and makes an empty table of its columns with a key.
    pub(crate) async fn prepare_copy_of(
        &self,
        select: &str,
        key: &str,
    ) -> Result<(), MeasureError> {
        let rows = self.rows();
        let (path, client) = (rows.display(), self.client().await?);
        self.psql(&format!(
            "\\copy ({select}) to '{path}' with (format binary)"
        ))?;
        let table = format!(
            "create schema keyed; create table keyed.rows as {select} with no data;
             alter table keyed.rows add primary key ({key})"
        );
        let made = client.batch_execute(&table).await;
        made.map_err(database_error("prepare a COPY of rows"))
    }

    /// Copies what was prepared into its table.
    pub(crate) fn copy_prepared(&self) -> Result<Cost, MeasureError> {
        let path = self.rows();
        let path = path.display();
        self.psql(&format!(
            "\\copy keyed.rows from '{path}' with (format binary)"
        ))
    }

    fn rows(&self) -> PathBuf {
        self.home.join("rows")
    }

    /// Runs one of the platform's programs, which is built beside this one, to its end.
    pub(crate) fn run(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<Cost, MeasureError> {
        let mut command = self.program(program)?;
        self.cost_of(command.args(arguments))
    }

    /// One of the platform's programs, which is built beside this one, with the services' addresses.
    pub(crate) fn program(&self, name: &str) -> Result<Command, MeasureError> {
        let mut command = Command::new(process::beside_this_one(name)?);
        command.envs(self.environment.clone());
        Ok(command)
    }

    /// Copies files into a table each, whose columns are text, without an index: the least that a
    /// database can do with them. The tables are new, and go again.
    pub(crate) async fn raw_copy(&self, files: &[PathBuf]) -> Result<Cost, MeasureError> {
        let client = self.client().await?;
        let doing = "prepare a raw COPY";
        let mut statements =
            vec!["drop schema if exists raw cascade; create schema raw".to_owned()];
        let mut copies = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let columns = header(file)?.replace(',', " text, ");
            let path = file.display();
            statements.push(format!("create table raw.file_{number} ({columns} text)"));
            copies.push(format!(
                "\\copy raw.file_{number} from '{path}' with (format csv, header)"
            ));
        }
        let (tables, script) = (statements.join("; "), copies.join("\n"));
        let failed = database_error(doing);
        client.batch_execute(&tables).await.map_err(failed)?;
        self.settle().await?;
        let cost = self.psql(&script)?;
        client
            .batch_execute("drop schema raw cascade")
            .await
            .map_err(database_error(doing))?;
        Ok(cost)
    }

    /// Copies the rows of every table of silver, the vault and gold, in the order in which they stand and in
    /// binary form, into an empty table with the same keys and checks: the least that writing them takes.
    pub(crate) async fn keyed_copy(&self) -> Result<Cost, MeasureError> {
        let doing = "prepare a COPY of rows";
        let client = self.client().await?;
        let tables = "select format('%I.%I', schemaname, tablename) from pg_tables
                      where schemaname in ('silver', 'vault', 'gold') order by 1";
        let tables = client.query(tables, &[]).await;
        let rows = self.rows();
        let path = rows.display();
        let mut total = Cost::default();
        for table in tables.map_err(database_error(doing))? {
            let table: &str = table.get(0);
            let empty = format!(
                "drop schema if exists keyed cascade; create schema keyed;
                 create table keyed.rows (like {table} including all)"
            );
            let made = client.batch_execute(&empty).await;
            made.map_err(database_error(doing))?;
            self.psql(&format!("\\copy {table} to '{path}' with (format binary)"))?;
            self.settle().await?;
            total += self.psql(&format!(
                "\\copy keyed.rows from '{path}' with (format binary)"
            ))?;
        }
        fs::remove_file(&rows).map_err(MeasureError::file("delete", &rows))?;
        let gone = client.batch_execute("drop schema keyed cascade").await;
        gone.map_err(database_error(doing))?;
        Ok(total)
    }

    /// Runs a script of psql's as one who may do everything.
    fn psql(&self, script: &str) -> Result<Cost, MeasureError> {
        let path = self.home.join("script.sql");
        fs::write(&path, script).map_err(MeasureError::file("write", &path))?;
        let mut command = Command::new(self.postgres()?.psql());
        command
            .args([
                "--no-psqlrc",
                "--quiet",
                "--set",
                "ON_ERROR_STOP=1",
                "--file",
            ])
            .arg(&path)
            .envs(database::libpq_environment(&self.superuser_url)?);
        self.cost_of(&mut command)
    }

    /// What was written before is on the disk, and not part of the next run.
    pub(crate) async fn settle(&self) -> Result<(), MeasureError> {
        let made = self.client().await?.batch_execute("checkpoint").await;
        made.map_err(database_error("make a checkpoint"))
    }

    /// A connection that may see everything.
    pub(crate) async fn client(&self) -> Result<Client, MeasureError> {
        Ok(connect(&self.superuser_url, APPLICATION).await?)
    }

    /// Starts one of the platform's programs; dropped, it is killed.
    pub(crate) fn start_program(
        &self,
        program: &str,
        arguments: &[&str],
    ) -> Result<Running, MeasureError> {
        let mut command = self.program(program)?;
        command
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Ok(Running::start(&mut command)?)
    }

    /// Runs a peer's program to its end. It may do everything in the database.
    pub(crate) fn cost_of_peer(&self, command: &mut Command) -> Result<Cost, MeasureError> {
        command
            .envs(self.environment.clone())
            .env("DATABASE_URL", &self.superuser_url);
        self.cost_of(command)
    }

    /// Runs a program to its end.
    pub(crate) fn cost_of(&self, command: &mut Command) -> Result<Cost, MeasureError> {
        let before = self.used()?;
        let client = process::run(command)?;
        Ok(Cost {
            client,
            services: self.used()? - before,
        })
    }

    /// What the services have used until now.
    pub(crate) fn used(&self) -> Result<Used, MeasureError> {
        let kafka = self.services.kafka.as_ref().and_then(Kafka::pid);
        let ticks_of_kafka = kafka.and_then(Stat::of).map_or(0, |it| it.own_ticks);
        Ok(Used {
            server_cpu_seconds: cpu_seconds(self.postgres()?.data())?,
            broker_cpu_seconds: seconds(ticks_of_kafka),
        })
    }

    /// The private PostgreSQL.
    pub(crate) fn postgres(&self) -> Result<&Postgres, MeasureError> {
        let postgres = self.services.postgres.as_ref();
        postgres.ok_or(MeasureError::Missing("PostgreSQL"))
    }

    /// The private broker.
    pub(crate) fn kafka(&self) -> Result<&Kafka, MeasureError> {
        let kafka = self.services.kafka.as_ref();
        kafka.ok_or(MeasureError::Missing("Kafka"))
    }

    /// The private schema registry.
    pub(crate) fn registry(&self) -> Result<&Registry, MeasureError> {
        let registry = self.services.registry.as_ref();
        registry.ok_or(MeasureError::Missing("the schema registry"))
    }

    /// What writes events under the schema that the registry has of them.
    pub(crate) async fn encoder(&self) -> Result<AdtEncoder, MeasureError> {
        let url = self.registry()?.url();
        let registry = platform::registry::Registry::new(&RegistryArgs { url })?;
        let subject = Topic::Events.name("").value_subject();
        Ok(AdtEncoder::register(&registry, &subject).await?)
    }

    /// How clients of this program find the broker.
    pub(crate) fn kafka_args(&self) -> Result<KafkaArgs, MeasureError> {
        Ok(KafkaArgs::plaintext(self.kafka()?.bootstrap_servers()))
    }

    /// `HOST:PORT/DATABASE`.
    pub(crate) fn server_and_database(&self) -> &str {
        let server = self.superuser_url.rsplit_once('@');
        server.map_or("", |(_, it)| it)
    }

    /// The log of one of its services.
    pub(crate) fn log(&self, service: Service) -> PathBuf {
        self.services.home().log(service)
    }

    /// The folder of its services, for what runs beside them.
    pub(crate) fn folder(&self) -> &Path {
        &self.home
    }

    /// Stops the services and deletes their data.
    pub(crate) async fn delete(self) -> Result<(), MeasureError> {
        self.services.stop().await?;
        Ok(Home::open(&self.home)?.delete_services()?)
    }
}

/// For what PostgreSQL says.
pub(crate) fn database_error(
    doing: &'static str,
) -> impl FnOnce(tokio_postgres::Error) -> MeasureError {
    move |error| database::DatabaseError::while_doing(doing, &error).into()
}

/// Processor time of the services.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Used {
    pub(crate) server_cpu_seconds: f64,
    /// 0 where there is no Kafka.
    pub(crate) broker_cpu_seconds: f64,
}

impl Sub for Used {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            server_cpu_seconds: self.server_cpu_seconds - before.server_cpu_seconds,
            broker_cpu_seconds: self.broker_cpu_seconds - before.broker_cpu_seconds,
        }
    }
}

/// What a program took, with the services on its behalf.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    pub(crate) client: Run,
    pub(crate) services: Used,
}

impl Cost {
    /// Of the program and the database together.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        self.client.cpu_seconds + self.services.server_cpu_seconds
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        let (client, services) = (&mut self.client, &mut self.services);
        client.cpu_seconds += other.client.cpu_seconds;
        client.wall_seconds += other.client.wall_seconds;
        client.peak_bytes = client.peak_bytes.max(other.client.peak_bytes);
        services.server_cpu_seconds += other.services.server_cpu_seconds;
        services.broker_cpu_seconds += other.services.broker_cpu_seconds;
    }
}

/// The names of a file's columns, which are plain.
fn header(file: &Path) -> Result<String, MeasureError> {
    use std::io::BufRead as _;
    let failed = || MeasureError::file("read", file);
    let opened = fs::File::open(file).map_err(failed())?;
    let first = std::io::BufReader::new(opened).lines().next();
    let header = first.transpose().map_err(failed())?.unwrap_or_default();
    let is_plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "_,".contains(it);
    if header.is_empty() || !header.chars().all(is_plain) {
        return Err(ProcessError::Output(format!("{} has no plain header", file.display())).into());
    }
    Ok(header)
}

/// The same database as another user.
fn as_role(superuser_url: &str, role: &str, passwords: &[(String, String)]) -> String {
    let password = passwords.iter().find(|(name, _)| name == role);
    let password = password.map_or("", |(_, password)| password);
    let server = superuser_url.rsplit_once('@').map_or("", |(_, it)| it);
    format!("postgres://{role}:{password}@{server}")
}
