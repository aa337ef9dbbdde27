//! Folders and files that hold identity: nobody else reads them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::{FolderError, failed};

/// Makes a folder with all above it that are missing, mode 0700.
pub fn make(folder: &Path) -> Result<(), FolderError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(failed("make the folder", folder))
}

/// Creates a file, mode 0600, whatever was there.
pub fn create(path: &Path) -> Result<File, FolderError> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(failed("create", path))
}

/// All files in a folder and below it, in the order of their names; none where it is not there.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed("read", &folder)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed("read", &folder))?;
            let kind = entry.file_type().map_err(failed("read", &folder))?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Moves a file or folder to a name that is free: where it is taken, a number follows it.
pub fn put_aside(from: &Path, to: &Path) -> Result<PathBuf, FolderError> {
    if let Some(parent) = to.parent() {
        make(parent)?;
    }
    let name = to.file_name().unwrap_or_default();
    let numbered = (2..).map(|number: u32| {
        let mut name = name.to_owned();
        name.push(format!(".{number}"));
        to.with_file_name(name)
    });
    let free = std::iter::once(to.to_owned())
        .chain(numbered)
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or_else(|| to.to_owned());
    match fs::rename(from, &free) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => move_across(from, &free)?,
        moved => moved.map_err(failed("move aside", from))?,
    }
    Ok(free)
}

/// Moves to another disk: what is there is on that disk before it is removed here.
fn move_across(from: &Path, to: &Path) -> Result<(), FolderError> {
    let metadata = from.symlink_metadata().map_err(failed("read", from))?;
    if metadata.is_dir() {
        make(to)?;
        for entry in fs::read_dir(from).map_err(failed("read", from))? {
            let entry = entry.map_err(failed("read", from))?;
            move_across(&entry.path(), &to.join(entry.file_name()))?;
        }
        return fs::remove_dir(from).map_err(failed("remove", from));
    }
    if !metadata.is_file() {
        let error = io::Error::other("a link or device does not go to another disk");
        return Err(failed("move aside", from)(error));
    }
    let mut source = File::open(from).map_err(failed("open", from))?;
    let mut copy = create(to)?;
    io::copy(&mut source, &mut copy)
        .and_then(|_| copy.sync_all())
        .map_err(failed("copy to", to))?;
    fs::remove_file(from).map_err(failed("remove", from))
}
