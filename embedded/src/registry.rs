//! A private schema registry, Apicurio, with its storage in the private PostgreSQL.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;

use crate::faults::faults;
use crate::java::Application;
use crate::launch::{DeathSignal, Launch};
use crate::password::Passwords;
use crate::postgres::{Postgres, SUPERUSER};
use crate::process::{Farewell, Process};
use crate::readiness::{Obstacle, http_status, until_ready};
use crate::{Error, Home, Machine, Service, java, owns_listener};

/// Role and database.
const NAME: &str = "apicurio";
const RUNNER: &str = "apicurio-registry-app-3.0.9-runner.jar";
const CONFLUENT_COMPATIBLE: &str = "/apis/ccompat/v7";
const PATIENCE: Duration = Duration::from_mins(2);

const FAREWELL: Farewell = Farewell {
    signal: Signal::TERM,
    patience: Duration::from_secs(10),
    on_our_death: DeathSignal::Kill,
};

/// The loopback ports of the registry and of what it needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) own: u16,
    pub(crate) postgres: u16,
}

/// A schema registry of our own that speaks Confluent's protocol.
#[derive(Debug)]
pub struct Registry {
    process: Arc<Process>,
    port: u16,
    // After the process: the home's lock is held until the process has ended.
    _home: Arc<Home>,
}

impl Registry {
    /// Makes its role and database unless they are there.
    pub(crate) async fn make_database(
        postgres: &Postgres,
        passwords: &Passwords,
    ) -> Result<(), Error> {
        let failed = |source| Error::Database {
            action: "make the registry's database",
            source,
        };
        let client = postgres.connect(SUPERUSER).await.map_err(failed)?;
        let found = client
            .query_one(
                "select exists (select from pg_roles where rolname = $1), \
                        exists (select from pg_database where datname = $1)",
                &[&NAME],
            )
            .await
            .map_err(failed)?;
        if !found.get::<_, bool>(0) {
            // The password is hexadecimal digits and needs no quoting.
            let password = &passwords.registry;
            let statement = format!("create role {NAME} login password '{password}'");
            client.batch_execute(&statement).await.map_err(failed)?;
        }
        if !found.get::<_, bool>(1) {
            let statement = format!("create database {NAME} owner {NAME}");
            client.batch_execute(&statement).await.map_err(failed)?;
            let statement = format!("revoke connect on database {NAME} from public");
            client.batch_execute(&statement).await.map_err(failed)?;
        }
        Ok(())
    }

    /// Starts the registry. Blocks; it is not ready then.
    pub(crate) fn launch(
        home: Arc<Home>,
        machine: &Machine,
        application: &Application,
        passwords: &Passwords,
        ports: Ports,
    ) -> Result<Self, Error> {
        let temporary = home.fresh_temporary(Service::Registry)?;
        let launch = Launch {
            program: application.java.clone(),
            arguments: arguments(&application.folder, &temporary),
            environment: environment(ports, &passwords.registry, &temporary),
            folder: application.folder.clone(),
            account: None,
        };
        let process = Process::new(Service::Registry, &home, machine, launch, FAREWELL);
        process.start()?;
        Ok(Self {
            process: Arc::new(process),
            port: ports.own,
            _home: home,
        })
    }

    /// Waits until it is our child that listens, and it lists its subjects.
    pub(crate) async fn ready(&self) -> Result<(), Error> {
        until_ready(&self.process, PATIENCE, async || {
            self.answers().await.map_err(Obstacle::Passing)
        })
        .await
    }

    async fn answers(&self) -> Result<(), String> {
        let port = self.port;
        if !self.pid().is_some_and(|pid| owns_listener(pid, port)) {
            return Err(format!("it does not listen on port {port}"));
        }
        let path = format!("{CONFLUENT_COMPATIBLE}/subjects");
        let asked = tokio::task::spawn_blocking(move || http_status(port, &path)).await;
        match asked.map_err(|error| error.to_string())?? {
            200 => Ok(()),
            status => Err(format!("it answers with HTTP status {status}")),
        }
    }

    /// For `SCHEMA_REGISTRY_URL`: `http://127.0.0.1:PORT/apis/ccompat/v7`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}{CONFLUENT_COMPATIBLE}", self.port)
    }

    /// The registry's port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

faults!(Registry);

fn arguments(app: &Path, temporary: &Path) -> Vec<OsString> {
    let mut temporary_folder = OsString::from("-Djava.io.tmpdir=");
    temporary_folder.push(temporary);
    // The quick compiler alone: schemas are asked for once a process, and starting is what takes time.
    ["-Xmx256m", "-Xms64m", "-XX:TieredStopAtLevel=1"]
        .iter()
        .chain(&java::FLAGS)
        .map(OsString::from)
        .chain([temporary_folder, "-jar".into(), app.join(RUNNER).into()])
        .collect()
}

fn environment(ports: Ports, password: &str, temporary: &Path) -> Vec<(String, OsString)> {
    let url = format!("jdbc:postgresql://127.0.0.1:{}/{NAME}", ports.postgres);
    let port = ports.own.to_string();
    [
        java::ENVIRONMENT,
        ("QUARKUS_HTTP_HOST", "127.0.0.1"),
        ("QUARKUS_HTTP_PORT", &port),
        ("QUARKUS_HTTP_ACCESS_LOG_ENABLED", "false"),
        ("APICURIO_STORAGE_KIND", "sql"),
        ("APICURIO_STORAGE_SQL_KIND", "postgresql"),
        ("APICURIO_DATASOURCE_URL", &url),
        ("APICURIO_DATASOURCE_USERNAME", NAME),
        ("APICURIO_DATASOURCE_PASSWORD", password),
        // Its default, 20 to 100 connections, would leave none of PostgreSQL's hundred.
        ("APICURIO_DATASOURCE_JDBC_INITIAL_SIZE", "2"),
        ("APICURIO_DATASOURCE_JDBC_MIN_SIZE", "2"),
        ("APICURIO_DATASOURCE_JDBC_MAX_SIZE", "8"),
    ]
    .iter()
    .map(|(name, value)| ((*name).to_owned(), OsString::from(*value)))
    .chain([("APICURIO_IMPORT_WORK_DIR".to_owned(), temporary.into())])
    .collect()
}
