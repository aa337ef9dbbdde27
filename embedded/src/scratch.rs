//! Services for tests: in folders of their own under the temporary folder, quick, and gone afterwards.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use tokio::sync::Mutex;

use crate::home::delete_folder;
use crate::lock::{self, Lock};
use crate::outside::Outside;
use crate::private::{create_private, remove_tree};
use crate::random::random_hex;
use crate::{Addresses, Error, Home, Options, Services, Wanted};

/// Scratch homes stand in `$TMPDIR/wardflow-tests-UID/`.
const PREFIX: &str = "wardflow-tests-";

/// Used instead of a private PostgreSQL if it is set: the connection string of a superuser.
const SUPERUSER_URL: &str = "WARDFLOW_TEST_SUPERUSER_URL";
/// Used instead of a private Kafka if it is set.
const BOOTSTRAP_SERVERS: &str = "KAFKA_BOOTSTRAP_SERVERS";
/// Used instead of a private registry if it is set.
const REGISTRY_URL: &str = "SCHEMA_REGISTRY_URL";

impl Home {
    /// A new home in the temporary folder, deleted with its data when it is dropped. What killed runs left behind is
    /// deleted on the way.
    ///
    /// # Errors
    /// [`Error::NotOurs`] if another user has a folder of that name; [`Error::File`].
    pub fn scratch() -> Result<Self, Error> {
        let folder = scratch_folder()?;
        // Held while we clean up and until our own home is locked: between its making and its locking a home looks
        // like one that was left behind.
        let _lock = Lock::take(&folder.join("lock"))?;
        delete_left_behind(&folder);
        let name = format!("{}-{}", std::process::id(), random_hex(8)?);
        Ok(Home::open(&folder.join(name))?.deleted_on_drop())
    }
}

/// Where services for tests answer. The first call that wants a service starts it, with [`Durability::Off`]; all calls
/// of a process share it, and it ends with the process.
///
/// What the environment names is used instead: `WARDFLOW_TEST_SUPERUSER_URL`, `KAFKA_BOOTSTRAP_SERVERS`,
/// `SCHEMA_REGISTRY_URL`, each by itself.
///
/// # Errors
/// Those of [`Services::start`]. A test should fail on them, not be skipped.
pub async fn for_tests(wanted: Wanted) -> Result<Addresses, Error> {
    // Never dropped: the kernel ends the services with the process.
    static RUNNING: Mutex<Vec<Services>> = Mutex::const_new(Vec::new());

    let mut running = RUNNING.lock().await;
    let known = running
        .iter()
        .map(Addresses::of)
        .fold(named_by_environment(), Addresses::or);
    let missing = Wanted {
        postgres: wanted.postgres && known.postgres.is_none(),
        kafka: wanted.kafka && known.bootstrap_servers.is_none(),
        registry: wanted.registry && known.schema_registry_url.is_none(),
    };
    if missing == Wanted::NOTHING {
        return Ok(known);
    }
    let services = own_for_tests(Options::for_tests(missing)?).await?;
    let known = known.or(Addresses::of(&services));
    running.push(services);
    Ok(known)
}

/// Services of a test's own, which it may harm, in a scratch home.
///
/// # Errors
/// Those of [`Services::start`].
pub async fn own_for_tests(options: Options) -> Result<Services, Error> {
    let home = tokio::task::spawn_blocking(Home::scratch).await??;
    Services::start(home, options).await
}

fn named_by_environment() -> Addresses {
    let named = |variable| {
        std::env::var(variable)
            .ok()
            .filter(|value| !value.is_empty())
    };
    Addresses {
        postgres: named(SUPERUSER_URL),
        bootstrap_servers: named(BOOTSTRAP_SERVERS),
        schema_registry_url: named(REGISTRY_URL),
    }
}

/// The folder that holds the scratch homes of this user.
fn scratch_folder() -> Result<PathBuf, Error> {
    let user = rustix::process::geteuid();
    let path = std::env::temp_dir().join(format!("{PREFIX}{}", user.as_raw()));
    match fs::symlink_metadata(&path) {
        // The temporary folder is everybody's: what stands there need not be ours.
        Ok(found) if !found.is_dir() || found.uid() != user.as_raw() => {
            return Err(Error::NotOurs { path });
        }
        _ => create_private(&path)?,
    }
    fs::canonicalize(&path).map_err(Error::file("find", &path))
}

/// Deletes the homes nobody holds. One that resists is left for the next run.
fn delete_left_behind(folder: &Path) {
    let homes =
        sub_folders(folder).filter(|home| matches!(Lock::holder(&home.join(lock::FILE)), Ok(None)));
    for home in homes {
        if let Err(error) = delete_folder(&home) {
            tracing::warn!(%error, "a scratch folder was left behind and cannot be deleted");
        }
    }
    // Root's PostgreSQL data whose home is gone, as after a restart of a machine that empties its temporary folder.
    let ownerless = Outside::of_machine()
        .forsaken()
        .filter(|(_, home)| home.starts_with(folder) && !home.exists());
    for (data, _) in ownerless {
        if let Err(error) = remove_tree(&data) {
            tracing::warn!(%error, "scratch data was left behind and cannot be deleted");
        }
    }
}

fn sub_folders(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
}
