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
        // `data/` is `data`; `.` and `..` have no name to add to.
        let Some(name) = target.file_name() else {
            let source = io::Error::from(io::ErrorKind::InvalidInput);
            return Err(failed("make a folder of the name", target)(source));
        };
        let mut partial = name.to_owned();
        partial.push(".partial");
        let folder = target.with_file_name(partial);
        refuse_what_others_made(&folder)?;
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
        fs::rename(&self.folder, &self.target).map_err(failed("name", &self.target))?;
        self.is_complete = true;
        // Only now: whoever finds the folder without a lock takes it for one that was left.
        let lock = self.target.join(LOCK);
        fs::remove_file(&lock).map_err(failed("remove", &lock))?;
        // The name outlives a loss of power.
        let parent = self.target.parent().filter(|it| !it.as_os_str().is_empty());
        let parent = parent.unwrap_or(".".as_ref());
        let synced = File::open(parent).and_then(|folder| folder.sync_all());
        synced.map_err(failed("write", parent))
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

/// Only what has a lock was left by one of us; a link may lead anywhere.
fn refuse_what_others_made(folder: &Path) -> Result<(), OutputError> {
    let found = match fs::symlink_metadata(folder) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("look at", folder)(error)),
    };
    let is_empty = || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if found.is_dir() && (folder.join(LOCK).is_file() || is_empty()) {
        return Ok(());
    }
    Err(OutputError::NotEmpty {
        path: folder.to_owned(),
    })
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_complete {
            // Its name says what it is, where even that fails.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
