//! A folder that appears only when it is complete.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::OutputError;
use super::error::failed;

/// The lock of a staging folder: who holds it is writing there.
const LOCK: &str = ".lock";

/// A folder beside its final place, which is removed where it is not completed.
#[derive(Debug)]
pub(crate) struct Staging {
    folder: PathBuf,
    target: PathBuf,
    is_complete: bool,
    _lock: File,
}

impl Staging {
    /// Begins a folder that is to stand under a name where nothing is yet, but for an empty folder.
    /// What a killed process left of it is removed.
    pub(crate) fn begin(target: &Path) -> Result<Self, OutputError> {
        let is_free = match fs::read_dir(target) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) => return Err(failed("write into", target)(error)),
        };
        if !is_free {
            return Err(OutputError::NotEmpty {
                path: target.to_owned(),
            });
        }
        let mut name = target.as_os_str().to_owned();
        name.push(".partial");
        let folder = PathBuf::from(name);
        super::make_folder(&folder)?;
        let path = folder.join(LOCK);
        let lock = File::create(&path).map_err(failed("create", &path))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => OutputError::Busy {
                path: folder.clone(),
            },
            TryLockError::Error(error) => failed("lock", &path)(error),
        })?;
        let staging = Self {
            folder,
            target: target.to_owned(),
            is_complete: false,
            _lock: lock,
        };
        staging.clear()?;
        Ok(staging)
    }

    /// Where to write meanwhile.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Gives the folder its name.
    pub(crate) fn complete(mut self) -> Result<(), OutputError> {
        let lock = self.folder.join(LOCK);
        fs::remove_file(&lock).map_err(failed("remove", &lock))?;
        fs::rename(&self.folder, &self.target).map_err(failed("name", &self.target))?;
        self.is_complete = true;
        Ok(())
    }

    /// Removes everything but the lock.
    fn clear(&self) -> Result<(), OutputError> {
        let entries = fs::read_dir(&self.folder).map_err(failed("read", &self.folder))?;
        for entry in entries {
            let path = entry.map_err(failed("read", &self.folder))?.path();
            if path.file_name().is_some_and(|name| name == LOCK) {
                continue;
            }
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.map_err(failed("remove", &path))?;
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_complete {
            // Its name says what it is, where even that fails.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
