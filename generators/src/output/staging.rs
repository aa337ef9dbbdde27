//! A folder that appears only when it is complete.
//!
//! Until then nobody relies on its files, so they are not waited for one by one: a thread lets the disk
//! have them while others are written, and only the folder's name waits for all.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::error::failed;
use super::flusher::Flusher;
use super::{OutputError, Writing};

/// The lock of a staging folder: who holds it is writing there.
const LOCK: &str = ".lock";

/// A folder beside its final place, which is removed where it is not completed.
#[derive(Debug)]
pub(crate) struct Staging {
    folder: PathBuf,
    target: PathBuf,
    is_complete: bool,
    /// Until it has been waited for.
    flusher: Option<Flusher>,
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
        refuse_what_cannot_be_replaced(target)?;
        // `data/` is `data`; `.` and `..` have no name to add to.
        let Some(name) = target.file_name() else {
            let source = io::Error::from(io::ErrorKind::InvalidInput);
            return Err(failed("make a folder of the name", target)(source));
        };
        let mut partial = name.to_owned();
        partial.push(".partial");
        let folder = target.with_file_name(partial);
        refuse_what_others_made(&folder)?;
        let flusher = Flusher::start().map_err(failed("start a thread for", target))?;
        super::make_folder(&folder)?;
        let path = folder.join(LOCK);
        let lock = open_lock(&path).map_err(failed("create", &path))?;
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
            flusher: Some(flusher),
            _lock: lock,
        };
        staging.clear()?;
        Ok(staging)
    }

    /// Where to write meanwhile.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The same writing, for files of this folder.
    pub(crate) fn writing(&self, writing: &Writing) -> Writing {
        Writing {
            flusher: self.flusher.as_ref().map(|it| it.inbox().clone()),
            ..writing.clone()
        }
    }

    /// Gives the folder its name, once the disk has all of its files.
    pub(crate) fn complete(mut self) -> Result<(), OutputError> {
        if let Some(flusher) = self.flusher.take() {
            flusher.finish()?;
        }
        sync_folders(&self.folder)?;
        // Whoever made the folder said who may look into it.
        if let Ok(found) = fs::metadata(&self.target) {
            let set = fs::set_permissions(&self.folder, found.permissions());
            set.map_err(failed("set the rights of", &self.folder))?;
        }
        fs::rename(&self.folder, &self.target).map_err(failed("name", &self.target))?;
        self.is_complete = true;
        // Only now: whoever finds the folder without a lock takes it for one that was left.
        let lock = self.target.join(LOCK);
        fs::remove_file(&lock).map_err(failed("remove", &lock))?;
        // The name outlives a loss of power.
        let parent = self.target.parent().filter(|it| !it.as_os_str().is_empty());
        let parent = parent.unwrap_or(".".as_ref());
        sync_folder(parent)
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

/// A lock is no link, which may lead anywhere, and nothing is cut that stands there.
fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    let options = options.write(true).create(true).truncate(false);
    options
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
        .open(path)
}

/// The names of files outlive a loss of power, too.
pub(super) fn sync_folder(folder: &Path) -> Result<(), OutputError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(failed("write", folder))
}

/// The same of all folders below one, and of itself.
fn sync_folders(folder: &Path) -> Result<(), OutputError> {
    for entry in fs::read_dir(folder).map_err(failed("read", folder))? {
        let entry = entry.map_err(failed("read", folder))?;
        let is_folder = entry
            .file_type()
            .map_err(failed("look at", folder))?
            .is_dir();
        if is_folder {
            sync_folders(&entry.path())?;
        }
    }
    sync_folder(folder)
}

/// A folder takes the place of an empty one, but not of a link, nor of one on which a file system is
/// mounted, as a container's volume is. That is said before the work and not after it.
fn refuse_what_cannot_be_replaced(target: &Path) -> Result<(), OutputError> {
    let what = if target.is_symlink() {
        "link"
    } else if is_mount_point(target) {
        "mount point"
    } else {
        return Ok(());
    };
    Err(OutputError::NotReplaceable {
        path: target.to_owned(),
        what,
    })
}

/// By the fifth field of `/proc/self/mountinfo` (proc(5)); not where that cannot be read, or where the
/// name has characters that it writes otherwise.
fn is_mount_point(folder: &Path) -> bool {
    let (Ok(folder), Ok(mounts)) = (
        fs::canonicalize(folder),
        fs::read_to_string("/proc/self/mountinfo"),
    ) else {
        return false;
    };
    let mut points = mounts.lines().filter_map(|line| line.split(' ').nth(4));
    points.any(|point| Path::new(point) == folder)
}

/// Only what has a lock was left by one of us; a link may lead anywhere.
fn refuse_what_others_made(folder: &Path) -> Result<(), OutputError> {
    let found = match fs::symlink_metadata(folder) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("look at", folder)(error)),
    };
    let has_lock = fs::symlink_metadata(folder.join(LOCK)).is_ok_and(|lock| lock.is_file());
    let is_empty = || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if found.is_dir() && (has_lock || is_empty()) {
        return Ok(());
    }
    Err(OutputError::NotEmpty {
        path: folder.to_owned(),
    })
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_complete {
            if let Some(flusher) = self.flusher.take() {
                flusher.abandon();
            }
            // The lock goes last: with it the next run takes over what could not be removed. The name
            // says what it is.
            if self.clear().is_ok() {
                let _ = fs::remove_file(self.folder.join(LOCK));
                let _ = fs::remove_dir(&self.folder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::output::{Compression, write_whole};

    #[test]
    fn a_file_that_the_disk_does_not_take_keeps_the_folder_from_its_name() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("data");
        let staging = Staging::begin(&target).unwrap();
        let writing = Writing::new(1, Compression::None, CancellationToken::new());
        let writing = staging.writing(&writing);
        let name = (staging.folder(), "good.csv");
        write_whole(&writing, name, (b"row\n".to_vec(), 1)).unwrap();
        // A device takes no flush (EINVAL), as a disk that is broken.
        let broken = File::open("/dev/null").unwrap();
        let inbox = writing.flusher.as_ref().unwrap();
        inbox.hand_in(broken, Path::new("bad.csv")).unwrap();
        let told = staging.complete().unwrap_err().to_string();
        assert!(told.starts_with("cannot write bad.csv: "), "{told}");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_cannot_be_removed_is_left_to_the_next_run_with_its_lock() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("data");
        let staging = Staging::begin(&target).unwrap();
        let folder = staging.folder().to_owned();
        fs::create_dir(folder.join("ehr")).unwrap();
        // What a process leaves that is killed while it removes.
        std::mem::forget(staging);
        assert!(folder.join(LOCK).is_file());
        fs::write(folder.join("people.csv"), "row").unwrap();
        assert!(refuse_what_others_made(&folder).is_ok());
    }

    #[test]
    fn a_lock_that_leads_elsewhere_is_refused_and_what_it_leads_to_stays() {
        let place = tempfile::tempdir().unwrap();
        let precious = place.path().join("precious");
        fs::write(&precious, "dear").unwrap();
        fs::create_dir(place.path().join("data.partial")).unwrap();
        std::os::unix::fs::symlink(&precious, place.path().join("data.partial/.lock")).unwrap();
        let told = Staging::begin(&place.path().join("data")).unwrap_err();
        assert!(
            told.to_string().contains("data.partial is not empty"),
            "{told}"
        );
        assert_eq!(fs::read(&precious).unwrap(), b"dear");
    }

    #[test]
    fn a_folder_keeps_its_rights_and_a_link_is_refused_at_once() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("mine");
        fs::create_dir(&target).unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o700)).unwrap();
        Staging::begin(&target).unwrap().complete().unwrap();
        let mode = fs::metadata(&target).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);

        let link = place.path().join("link");
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let told = Staging::begin(&link).unwrap_err().to_string();
        assert!(told.contains("link is a link"), "{told}");
        let told = Staging::begin(Path::new("/proc")).unwrap_err().to_string();
        assert!(told.contains("/proc is not empty"), "{told}");
        assert!(is_mount_point(Path::new("/proc")) && !is_mount_point(&target));
    }
}
