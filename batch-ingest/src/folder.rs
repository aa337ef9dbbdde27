//! Folders and files that hold identity: nobody else reads them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::error::{IngestError, failed};

/// Makes a folder with all above it that are missing, mode 0700.
pub(crate) fn make(folder: &Path) -> Result<(), IngestError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(failed("make the folder", folder))
}

/// Creates a file, mode 0600, whatever was there.
pub(crate) fn create(path: &Path) -> Result<File, IngestError> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(failed("create", path))
}

/// Moves a file or folder to a name that is free: where it is taken, a number follows it.
pub(crate) fn put_aside(from: &Path, to: &Path) -> Result<PathBuf, IngestError> {
    if let Some(parent) = to.parent() {
        make(parent)?;
    }
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let numbered = (2..).map(|number: u32| to.with_file_name(format!("{name}.{number}")));
    let free = std::iter::once(to.to_owned())
        .chain(numbered)
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or_else(|| to.to_owned());
    let moved = fs::rename(from, &free);
    if moved.as_ref().is_err_and(is_on_another_disk) && from.is_file() {
        fs::copy(from, &free).map_err(failed("copy to", &free))?;
        fs::remove_file(from).map_err(failed("remove", from))?;
    } else {
        moved.map_err(failed("move aside", from))?;
    }
    Ok(free)
}

fn is_on_another_disk(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::CrossesDevices
}
