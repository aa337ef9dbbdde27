//! The folder that holds everything a set of private services owns.

use std::fs;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::lock::{self, Lock, Taken};
use crate::outside::{Outside, POSTGRES};
use crate::private::{create_private, remove_tree};
use crate::{Error, Service, marker, pidfile};

/// The folder of one set of services (`.wardflow/`), locked for this process until it is dropped or dies.
///
/// It holds `wardflow-home` (which marks it), `lock`, `ports.json`, `passwords.json`, `addresses.json` (while the services run), `logs/` with one file
/// a service, and the services' data.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    id: String,
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
    /// Creates the folder (mode 0700) unless it is there.
    ///
    /// # Errors
    /// [`Error::NotAHome`] for a folder with files of others, [`Error::OfAnotherUser`].
    pub fn make(path: &Path) -> Result<(), Error> {
        marker::check(path)?;
        create_private(path)
    }

    /// Creates the folder if need be and locks it.
    ///
    /// # Errors
    /// Those of [`Home::make`]; [`Error::Locked`] if another process (or another part of this one) has it open.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::make(path)?;
        let path = fs::canonicalize(path).map_err(Error::file("find", path))?;
        match Lock::try_take(&path.join(lock::FILE))? {
            Taken::Ours(lock) => Ok(Self {
                id: marker::identity(&path)?,
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
        delete_services(&self.path, &self.id)
    }

    /// The folder PostgreSQL's data is kept in. As root it is outside of the home, with a link to it from the home.
    pub(crate) fn postgres_folder(&self, account: Option<&Account>) -> Result<PathBuf, Error> {
        let folder = match account {
            None => self.path.clone(),
            Some(_) => Outside::of_machine().folder_of(&self.path, &self.id)?,
        };
        Ok(folder.join(POSTGRES))
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

fn delete_services(home: &Path, id: &str) -> Result<(), Error> {
    for service in Service::ALL {
        pidfile::end_leftover(&pid_file(home, service), service)?;
    }
    Outside::of_machine().delete_folder_of(home, id)?;
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
    delete_services(home, &marker::identity(home)?)?;
    remove_tree(home)
}
