//! A private PostgreSQL.

mod cluster;
mod installation;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls};

use crate::account::Account;
use crate::error::database_error;
use crate::faults::faults;
use crate::launch::{DeathSignal, Launch};
use crate::password::Passwords;
use crate::process::{Farewell, Process};
use crate::readiness::{Obstacle, until_ready};
use crate::{Durability, Error, Home, Machine, Service};

use cluster::Cluster;
pub(crate) use installation::Installation;

const HOST: &str = "127.0.0.1";
pub(crate) const SUPERUSER: &str = "postgres";

/// After a crash it first recovers from its log, of up to `max_wal_size`.
const PATIENCE: Duration = Duration::from_mins(5);

/// A PostgreSQL server of our own.
#[derive(Debug)]
pub struct Postgres {
    process: Arc<Process>,
    port: u16,
    password: String,
    cluster: Cluster,
    psql: PathBuf,
    // After the process: the home's lock is held until the process has ended.
    _home: Arc<Home>,
}

impl Postgres {
    /// Makes the data folder at the first start, and starts the server. Blocks; the server is not ready then.
    pub(crate) fn launch(
        home: Arc<Home>,
        machine: &Machine,
        port: u16,
        passwords: &Passwords,
        durability: Durability,
    ) -> Result<Self, Error> {
        let account = Account::for_postgres()?;
        let cluster = Cluster {
            data: home.postgres_folder(account.as_ref())?,
            account: account.clone(),
        };
        let installation = Installation::find(machine, cluster.made_by()?.as_deref())?;
        cluster.check_major(&installation)?;
        cluster.make_once(machine, &installation, &passwords.superuser, durability)?;
        cluster.configure(&installation, port, durability)?;
        cluster.remove_stale_pid_file()?;

        let launch = Launch {
            program: installation.program("postgres"),
            arguments: vec!["-D".into(), cluster.data.clone().into()],
            environment: Vec::new(),
            folder: cluster.data.clone(),
            account,
        };
        let farewell = farewell(durability);
        let process = Process::new(Service::Postgres, &home, machine, launch, farewell);
        process.start()?;
        Ok(Self {
            process: Arc::new(process),
            port,
            password: passwords.superuser.clone(),
            psql: installation.psql(machine),
            cluster,
            _home: home,
        })
    }

    /// Waits until it is our server that answers: one that knows our random password (and proves it, as SCRAM makes
    /// both sides do) and serves our data folder.
    pub(crate) async fn ready(&self) -> Result<(), Error> {
        until_ready(&self.process, PATIENCE, async || {
            let client = self
                .connect(SUPERUSER)
                .await
                .map_err(|error| self.obstacle(&error))?;
            let row = client
                .query_one("select current_setting('data_directory')", &[])
                .await
                .map_err(|error| self.obstacle(&error))?;
            let data: &str = row.get(0);
            if Path::new(data) == self.cluster.data {
                Ok(())
            } else {
                let port = self.port;
                let why = format!("another PostgreSQL, of {data}, answers on port {port}");
                Err(Obstacle::Passing(why))
            }
        })
        .await
    }

    fn obstacle(&self, error: &tokio_postgres::Error) -> Obstacle {
        if error.code() != Some(&SqlState::INVALID_PASSWORD) {
            return Obstacle::Passing(database_error(error));
        }
        // Somebody else may have taken the port since it was found free; ours then ends, and its log says why.
        if self.pid().is_some_and(|pid| self.cluster.listens(pid)) {
            return Obstacle::Lasting(
                "it refuses the password kept in passwords.json; to start anew, which deletes the data: \
                 ./demo --fresh"
                    .to_owned(),
            );
        }
        let port = self.port;
        Obstacle::Passing(format!("another PostgreSQL answers on port {port}"))
    }

    /// A connection as superuser.
    pub(crate) async fn connect(&self, database: &str) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = tokio_postgres::Config::new()
            .host(HOST)
            .port(self.port)
            .user(SUPERUSER)
            .password(&self.password)
            .dbname(database)
            .application_name("wardflow embedded")
            .connect_timeout(Duration::from_secs(5))
            .connect(NoTls)
            .await?;
        // It ends with the client; what goes wrong on the way, the client's caller is told.
        tokio::spawn(connection);
        Ok(client)
    }

    /// `postgres://postgres:PASSWORD@127.0.0.1:PORT/DATABASE`.
    pub fn superuser_url(&self, database: &str) -> String {
        format!(
            "postgres://{SUPERUSER}:{}@{HOST}:{}/{database}",
            self.password, self.port
        )
    }

    /// Always 127.0.0.1.
    pub fn host(&self) -> &'static str {
        HOST
    }

    /// The server's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The name of the superuser.
    pub fn superuser(&self) -> &'static str {
        SUPERUSER
    }

    /// The superuser's password.
    pub fn superuser_password(&self) -> &str {
        &self.password
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.cluster.data
    }

    /// The `psql` that belongs to the server.
    pub fn psql(&self) -> PathBuf {
        self.psql.clone()
    }
}

faults!(Postgres);

fn farewell(durability: Durability) -> Farewell {
    Farewell {
        signal: Signal::INT,
        patience: Duration::from_mins(1),
        on_our_death: match durability {
            Durability::Full => DeathSignal::Interrupt,
            // Data of tests is not worth a checkpoint.
            Durability::Off => DeathSignal::Quit,
        },
    }
}
