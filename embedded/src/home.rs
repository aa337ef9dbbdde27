//! The folder that holds everything a set of private services owns.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::account::Account;
use crate::lock::{Lock, Taken};
use crate::{Error, Service, outside, pidfile};

/// PostgreSQL's folder, or the link to where it is.
pub(crate) const POSTGRES: &str = "postgres";

/// The folder of one set of services (`.wardflow/`), locked for this process until it is dropped or dies.
///
/// It holds `lock`, `ports.json`, `passwords.json`, `addresses.json` (while the services run), `logs/` with one file
/// a service, and the services' data.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    // Scratch folders go when their home is dropped; declared before the lock, they go while it is still held.
    scratch: Option<ScratchFolder>,
    _lock: Lock,
}

#[derive(Debug)]
struct ScratchFolder {
    path: PathBuf,
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        if let Err(error) = delete_folder(&self.path) {
            tracing::warn!(%error, "scratch folder not deleted");
        }
    }
}

impl Home {
    /// Creates the folder (mode 0700) if need be and locks it.
    ///
    /// # Errors
    /// [`Error::Locked`] if another process (or another part of this one) has it open.
    pub fn open(path: &Path) -> Result<Self, Error> {
        create_private(path)?;
        let path = fs::canonicalize(path).map_err(Error::file("find", path))?;
        match Lock::try_take(&path.join("lock"))? {
            Taken::Ours(lock) => Ok(Self {
                path,
                scratch: None,
                _lock: lock,
            }),
            Taken::Theirs(holder) => Err(Error::Locked { home: path, holder }),
        }
    }

    /// The same home, deleted with all its data when it is dropped.
    pub(crate) fn deleted_on_drop(mut self) -> Self {
        self.scratch = Some(ScratchFolder {
            path: self.path.clone(),
        });
        self
    }

    /// The folder, absolute.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The log of one service's present or latest run; the run before is in `NAME.previous.log`.
    pub fn log(&self, service: Service) -> PathBuf {
        self.path
            .join("logs")
            .join(service.file_stem())
            .with_extension("log")
    }

    /// Deletes the services' data, wherever it stands, with ports, passwords and logs. Files of others stay.
    ///
    /// # Errors
    /// [`Error::File`] if something cannot be deleted.
    pub fn delete_services(&self) -> Result<(), Error> {
        delete_services(&self.path)
    }

    /// The folder PostgreSQL's data is kept in. As root it is outside of the home, with a link to it from the home.
    pub(crate) fn postgres_folder(&self, account: Option<&Account>) -> Result<PathBuf, Error> {
        match account {
            None => Ok(self.path.join(POSTGRES)),
            Some(_) => Ok(outside::folder_of(&self.path)?.join(POSTGRES)),
        }
    }

    pub(crate) fn pid_file(&self, service: Service) -> PathBuf {
        pid_file(&self.path, service)
    }

    /// An empty folder for a service's temporary files.
    pub(crate) fn fresh_temporary(&self, service: Service) -> Result<PathBuf, Error> {
        let path = self.path.join("tmp").join(service.file_stem());
        remove_tree(&path)?;
        create_private(&path)?;
        Ok(path)
    }
}

fn pid_file(home: &Path, service: Service) -> PathBuf {
    home.join("run")
        .join(service.file_stem())
        .with_extension("pid")
}

fn delete_services(home: &Path) -> Result<(), Error> {
    for service in Service::ALL {
        pidfile::end_leftover(&pid_file(home, service), service)?;
    }
    outside::delete_folder_of(home)?;
    for name in [POSTGRES, "kafka", "logs", "run", "tmp"] {
        remove_tree(&home.join(name))?;
    }
    for name in ["addresses.json", "ports.json", "passwords.json"] {
        remove_tree(&home.join(name))?;
    }
    Ok(())
}

/// Deletes a home nobody holds, or whose lock is ours, with all that belongs to it.
pub(crate) fn delete_folder(home: &Path) -> Result<(), Error> {
    delete_services(home)?;
    remove_tree(home)
}

/// Removes a file or a folder with all that is in it, if it is there.
pub(crate) fn remove_tree(path: &Path) -> Result<(), Error> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(Error::file("delete", path)(error))
        }
        _ => Ok(()),
    }
}

/// Makes a folder only we can enter.
pub(crate) fn create_private(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o700)))
        .map_err(Error::file("create", path))
}

/// Writes a file only we can read, whole or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), Error> {
    let part = path.with_extension("part");
    remove_tree(&part)?;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&part, path))
        .map_err(Error::file("write", path))
}

/// Reads a file of ours, if it is there.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read.map_err(Error::file("read", path))?,
    };
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|source| Error::Damaged {
            path: path.to_owned(),
            // serde_json's own text may quote the file, which may hold passwords.
            reason: format!(
                "not what was written there, line {} column {}",
                source.line(),
                source.column()
            ),
        })
}
