//! Files and folders that only we can read.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::Error;

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

/// Makes a folder only we can enter, with its parents. One that is there stays as it is: it may be somebody else's.
pub(crate) fn create_private(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o700)))
        .map_err(Error::file("create", path))
}

/// Writes a file only we can read, whole or not at all.
///
/// # Errors
/// [`Error::File`].
pub fn write_private(path: &Path, text: &str) -> Result<(), Error> {
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

/// Reads a file of secrets, or makes it, whole or not at all and for us alone, where it is missing.
///
/// # Errors
/// [`Error::File`], or what `make` cannot do.
pub fn read_or_create_private<E: From<Error>>(
    path: &Path,
    make: impl FnOnce() -> Result<String, E>,
) -> Result<String, E> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let text = make()?;
            write_private(path, &text)?;
            Ok(text)
        }
        read => Ok(read.map_err(Error::file("read", path))?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let ask =
            |text: &str| read_or_create_private(&path, || Ok::<_, Error>(text.to_owned())).unwrap();
        assert_eq!(ask("one"), "one");
        assert_eq!(ask("two"), "one");
        let permissions = fs::metadata(&path).unwrap().permissions();
        assert_eq!(permissions.mode() & 0o777, 0o600);
    }

    #[test]
    fn only_a_new_folder_is_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let open = folder.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        create_private(&open).unwrap();
        assert_eq!(mode(&open), 0o755);
        let new = open.join("new");
        create_private(&new).unwrap();
        assert_eq!(mode(&new), 0o700);
    }
}
