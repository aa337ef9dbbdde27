//! A database of one test's own, made as an installation makes it: `init_db.sql`, migrate, seed.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use database::digest::{Digest, digest};
use database::reference::{Reference, reference};
use database::{DatabaseError, connect, initialise, migrate, seed, verify};
use domain::history::Departments;
use domain::network::Network;
use embedded::Wanted;
use tokio_postgres::Client;

/// Of every role: roles are the server's, and several test processes may share one.
const PASSWORD: &str = "password-of-tests";

/// A role that logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Owner,
    Loader,
    Analyst,
    Privacy,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Owner => "wardflow_owner",
            Self::Loader => "wardflow_loader",
            Self::Analyst => "wardflow_analyst",
            Self::Privacy => "wardflow_privacy",
        }
    }
}

/// A database on a server.
#[derive(Debug, Clone)]
pub(crate) struct Warehouse {
    server: String,
    name: String,
}

impl Warehouse {
    /// Roles and a database without tables, on the server that this process's tests share.
    pub(crate) async fn bare() -> Self {
        let addresses = embedded::for_tests(Wanted::POSTGRES).await.unwrap();
        Self::bare_on(&addresses.postgres.unwrap()).await
    }

    /// Roles and a database without tables, on the server of a superuser's URL.
    pub(crate) async fn bare_on(server: &str) -> Self {
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let warehouse = Self {
            server: server.to_owned(),
            name: format!("load_{}_{number}", std::process::id()),
        };
        warehouse.initialise().await;
        warehouse
    }

    /// A migrated and seeded warehouse on the server that this process's tests share.
    pub(crate) async fn new() -> Self {
        let warehouse = Self::bare().await;
        warehouse.prepare().await;
        warehouse
    }

    /// A migrated and seeded warehouse on the server of a superuser's URL.
    pub(crate) async fn new_on(server: &str) -> Self {
        let warehouse = Self::bare_on(server).await;
        warehouse.prepare().await;
        warehouse
    }

    async fn prepare(&self) {
        migrate::migrate(&mut self.client(Role::Owner).await)
            .await
            .unwrap();
        seed::seed(&mut self.client(Role::Loader).await, &network())
            .await
            .unwrap();
    }

    /// Runs `init_db.sql`, as an administrator may do again at any time.
    pub(crate) async fn initialise(&self) {
        let passwords: Vec<_> = initialise::ROLES
            .iter()
            .map(|(role, _)| ((*role).to_owned(), PASSWORD.to_owned()))
            .collect();
        let psql = Path::new("psql");
        loop {
            match initialise::initialise(psql, &self.server, &self.name, &passwords).await {
                Ok(()) => return,
                // Another test, perhaps of another process, changed the same role meanwhile.
                Err(DatabaseError::State(words))
                    if words.contains("concurrently") || words.contains("already exists") => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// The connection string of a role.
    pub(crate) fn url(&self, role: Role) -> String {
        let (_, address) = self.server.rsplit_once('@').unwrap();
        let (host, _) = address.split_once('/').unwrap();
        format!("postgres://{}:{PASSWORD}@{host}/{}", role.name(), self.name)
    }

    pub(crate) async fn client(&self, role: Role) -> Client {
        connect(&self.url(role), "load test").await.unwrap()
    }

    /// The connection string of the server's superuser, to a database of the server's own.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    pub(crate) async fn superuser(&self) -> Client {
        let (server, _) = self.server.rsplit_once('/').unwrap();
        connect(&format!("{server}/{}", self.name), "load test")
            .await
            .unwrap()
    }

    /// The database's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn reference(&self) -> Reference {
        let client = self.client(Role::Loader).await;
        reference(&client).await.unwrap()
    }

    pub(crate) async fn departments(&self) -> Departments {
        self.reference().await.departments
    }

    pub(crate) async fn digest(&self) -> Digest {
        digest(&mut self.client(Role::Loader).await).await.unwrap()
    }

    /// A single number.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let client = self.superuser().await;
        client.query_one(sql, &[]).await.unwrap().get(0)
    }

    /// Every check of `database verify`, the books included; panics with the report unless all hold.
    pub(crate) async fn assert_green(&self) {
        let mut client = self.client(Role::Loader).await;
        let report = verify::verify(&mut client).await.unwrap();
        let mut shown = Vec::new();
        verify::render(&report, &mut shown).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        assert!(report.is_green(), "{shown}");
        assert!(report.books.total().balance(), "{shown}");
    }
}

/// The seven hospitals of the default network and the one of the MIMIC extract.
pub(crate) fn network() -> Network {
    Network::embedded().unwrap()
}
