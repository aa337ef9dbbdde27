//! The services that a command needs: those that the environment names, those that
//! `simulation up` keeps running, or private ones for the time of the command.

use std::path::{Path, PathBuf};

use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use embedded::{Home, Options, Services, Wanted, read_or_create_private};

use crate::addresses::{Addresses, named};
use crate::holder::{Holder, open, running};
use crate::role_passwords::RolePasswords;

/// The key of demonstrations and tests, which everybody may know.
pub(crate) const DEMO_KEY: &str = include_str!("../../demo-pseudonym.key");

/// The warehouse's database in the private PostgreSQL.
const DATABASE: &str = "wardflow";

/// How often is looked whether the process that runs the services still does.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// Services that are there for a command; private ones of its own end with it.
pub(crate) struct Available {
    pub(crate) addresses: Addresses,
    run_by: RunBy,
}

/// Who runs the private services that are used.
enum RunBy {
    /// This command.
    Us(Services),
    /// The process that has this home.
    Another { home: PathBuf, holder: Holder },
    /// Nobody: the environment names them all.
    Nobody,
}

impl Available {
    /// Finds or starts the services, and brings the private warehouse to the newest version.
    pub(crate) async fn for_command(home: &Path, needed: Wanted) -> anyhow::Result<Self> {
        let missing = missing(needed);
        if missing == Wanted::NOTHING {
            let addresses = addresses(home, None, &embedded::Addresses::default())?;
            return Ok(Self {
                addresses,
                run_by: RunBy::Nobody,
            });
        }
        if let Some(running) = embedded::Addresses::of_running(home)?
            && let Some(holder) = Holder::of(home)?
        {
            check_runs(&running, missing, holder, home)?;
            let passwords = RolePasswords::load_or_create(home)?;
            let addresses = addresses(home, Some(&passwords), &running)?;
            let home = home.to_owned();
            return Ok(Self {
                addresses,
                run_by: RunBy::Another { home, holder },
            });
        }
        Self::start(open(home)?, missing).await
    }

    /// The same for a command that needs services to its own end. Those of another command go with
    /// that one, so only what `simulation up` keeps running is shared.
    pub(crate) async fn to_the_end(home: &Path) -> anyhow::Result<Self> {
        if missing(Wanted::ALL) == Wanted::NOTHING || running(home)?.is_some() {
            return Self::for_command(home, Wanted::ALL).await;
        }
        Self::start_missing(open(home)?).await
    }

    /// Starts private services for what the environment does not name.
    pub(crate) async fn start_missing(home: Home) -> anyhow::Result<Self> {
        Self::start(home, missing(Wanted::ALL)).await
    }

    async fn start(home: Home, wanted: Wanted) -> anyhow::Result<Self> {
        tracing::info!(home = %home.path().display(), "starting private services");
        let services = Services::start(home, Options::new(wanted)?).await?;
        let home = services.home().path();
        let found = embedded::Addresses::of(&services);
        let passwords = RolePasswords::load_or_create(home)?;
        if let (Some(postgres), Some(superuser_url)) = (&services.postgres, &found.postgres) {
            database::initialise::initialise(
                &postgres.psql(),
                superuser_url,
                DATABASE,
                &passwords.all(),
            )
            .await?;
        }
        let addresses = addresses(home, Some(&passwords), &found)?;
        if let Some(owner_url) = addresses.owner_url.as_deref() {
            prepare(owner_url, &addresses.loader_url).await?;
        }
        Ok(Self {
            addresses,
            run_by: RunBy::Us(services),
        })
    }

    /// Whether this command started the services itself.
    pub(crate) fn are_own(&self) -> bool {
        matches!(self.run_by, RunBy::Us(_))
    }

    /// Ends what was started for the command.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        match self.run_by {
            RunBy::Us(services) => Ok(services.stop().await?),
            RunBy::Another { .. } | RunBy::Nobody => Ok(()),
        }
    }

    /// Waits until a private service has ended that should run, and gives the error that says so.
    pub(crate) async fn died(&self) -> anyhow::Error {
        match &self.run_by {
            RunBy::Us(services) => services.died().await.into(),
            RunBy::Another { home, holder } => {
                while matches!(Holder::of(home), Ok(Some(now)) if now.id() == holder.id()) {
                    tokio::time::sleep(BETWEEN_LOOKS).await;
                }
                let (id, home) = (holder.id(), home.display());
                anyhow!("the private services in {home} ended with process {id}, which ran them")
            }
            RunBy::Nobody => std::future::pending().await,
        }
    }
}

/// Refuses services of another process that lack what a command needs of them.
fn check_runs(
    running: &embedded::Addresses,
    needed: Wanted,
    holder: Holder,
    home: &Path,
) -> anyhow::Result<()> {
    let lacks = [
        (needed.postgres && running.postgres.is_none(), "PostgreSQL"),
        (needed.kafka && running.bootstrap_servers.is_none(), "Kafka"),
        (
            needed.registry && running.schema_registry_url.is_none(),
            "the schema registry",
        ),
    ];
    let lacks: Vec<&str> = lacks
        .into_iter()
        .filter_map(|(lacks, service)| lacks.then_some(service))
        .collect();
    if lacks.is_empty() {
        return Ok(());
    }
    let (home, id, remedy) = (home.display(), holder.id(), holder.remedy());
    bail!(
        "{home} is in use by process {id}, which runs there without {}; {remedy}",
        lacks.join(" and ")
    )
}

/// What a command needs and the environment does not name.
fn missing(needed: Wanted) -> Wanted {
    Wanted {
        postgres: needed.postgres && named("DATABASE_URL").is_none(),
        kafka: needed.kafka && named("KAFKA_BOOTSTRAP_SERVERS").is_none(),
        registry: needed.registry && named("SCHEMA_REGISTRY_URL").is_none(),
    }
}

/// Brings the schema to the newest version, and a new warehouse's reference data in.
async fn prepare(owner_url: &str, loader_url: &str) -> anyhow::Result<()> {
    const APPLICATION: &str = "wardflow simulation";
    let mut owner = database::connect(owner_url, APPLICATION).await?;
    database::migrate::migrate(&mut owner).await?;
    let mut loader = database::connect(loader_url, APPLICATION).await?;
    // Once: later the reference data is whoever's who runs `database seed`.
    if !database::seed::is_seeded(&loader).await? {
        let network = domain::network::Network::embedded()?;
        database::seed::seed(&mut loader, &network).await?;
    }
    Ok(())
}

fn addresses(
    home: &Path,
    passwords: Option<&RolePasswords>,
    private: &embedded::Addresses,
) -> anyhow::Result<Addresses> {
    let private_url = |role: &str| {
        let url = private.superuser_url(DATABASE)?;
        as_role(&url, role, passwords?.of(role))
    };
    let named_url = |variable, role| match named("DATABASE_URL") {
        // Roles of a database that the environment names are the environment's as well.
        Some(_) => named(variable),
        None => private_url(role),
    };
    Ok(Addresses {
        bootstrap_servers: named("KAFKA_BOOTSTRAP_SERVERS")
            .or_else(|| private.bootstrap_servers.clone()),
        registry_url: named("SCHEMA_REGISTRY_URL").or_else(|| private.schema_registry_url.clone()),
        loader_url: named_url("DATABASE_URL", "wardflow_loader")
            .context("no PostgreSQL is running; start it by `./wardflow simulation up`")?,
        owner_url: named_url("DATABASE_ADMIN_URL", "wardflow_owner"),
        analyst_url: named_url("DATABASE_ANALYST_URL", "wardflow_analyst"),
        key_file: key_file(home)?,
    })
}

/// The same server and database as another user.
pub(crate) fn as_role(superuser_url: &str, role: &str, password: &str) -> Option<String> {
    let (scheme, rest) = superuser_url.split_once("://")?;
    let (_, server) = rest.split_once('@')?;
    Some(format!("{scheme}://{role}:{password}@{server}"))
}

/// The key file that the environment names; for a private database else the demo key in the home.
fn key_file(home: &Path) -> anyhow::Result<Option<PathBuf>> {
    if let Some(path) = named("PSEUDONYM_KEY_FILE") {
        return Ok(Some(path.into()));
    }
    if named("DATABASE_URL").is_some() {
        return Ok(None);
    }
    Home::make(home)?;
    let path = home.join("demo-pseudonym.key");
    read_or_create_private(&path, || Ok::<_, embedded::Error>(DEMO_KEY.to_owned()))?;
    Ok(Some(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_has_its_own_password_on_the_same_server() {
        assert_eq!(
            as_role(
                "postgres://postgres:s@127.0.0.1:5/wardflow",
                "wardflow_loader",
                "p"
            )
            .unwrap(),
            "postgres://wardflow_loader:p@127.0.0.1:5/wardflow"
        );
    }
}
