//! Where root's PostgreSQL data stands: outside of the home.
//!
//! PostgreSQL refuses root, so it runs as another user, and to that user the home (mode 0700, often below `/root`) is
//! closed. The home has a link to the folder, and the folder names its home.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::Error;
use crate::hexadecimal::hexadecimal;
use crate::home::POSTGRES;
use crate::private::{remove_tree, write_private};

const ROOT: &str = "/var/lib/wardflow";

/// Names the home a folder belongs to.
const OWNER: &str = "home";

/// The folder of this home, which is there afterwards. A home that was moved finds its folder by its link.
pub(crate) fn folder_of(home: &Path) -> Result<PathBuf, Error> {
    let link = home.join(POSTGRES);
    let folder = match linked(home) {
        Some(folder) => folder,
        None => unlinked(home)?,
    };
    create_open(Path::new(ROOT))?;
    create_open(&folder)?;
    write_private(&folder.join(OWNER), &home.to_string_lossy())?;
    if fs::symlink_metadata(&link).is_err() {
        symlink(folder.join(POSTGRES), &link).map_err(Error::file("create", &link))?;
    }
    Ok(folder)
}

/// Deletes the folder of this home, if it has one.
pub(crate) fn delete_folder_of(home: &Path) -> Result<(), Error> {
    match linked(home) {
        Some(folder) => remove_tree(&folder),
        None => Ok(()),
    }
}

/// All folders, each with the home it belongs to.
pub(crate) fn folders() -> impl Iterator<Item = (PathBuf, PathBuf)> {
    fs::read_dir(ROOT)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter_map(|folder| Some((owner(&folder)?, folder)))
        .map(|(home, folder)| (folder, home))
}

fn linked(home: &Path) -> Option<PathBuf> {
    let target = fs::read_link(home.join(POSTGRES)).ok()?;
    let folder = target.parent()?;
    (folder.parent()? == Path::new(ROOT)).then(|| folder.to_owned())
}

/// The folder for a home without a link: the first 16 hexadecimal digits of the SHA-256 of its absolute path.
fn unlinked(home: &Path) -> Result<PathBuf, Error> {
    let digest = Sha256::digest(home.as_os_str().as_encoded_bytes());
    let name = hexadecimal(&digest[..8]);
    let folder = Path::new(ROOT).join(&name);
    match owner(&folder) {
        // The home of another path is one that stood here and was moved; it still uses its folder.
        Some(owner) if owner != home => {
            let mark = crate::random::random_hex(8)?;
            Ok(folder.with_file_name(format!("{name}-{mark}")))
        }
        // The home that stood here was deleted by hand, and the password of this data with it.
        _ => {
            remove_tree(&folder)?;
            Ok(folder)
        }
    }
}

fn owner(folder: &Path) -> Option<PathBuf> {
    fs::read_to_string(folder.join(OWNER))
        .ok()
        .map(PathBuf::from)
}

/// Makes a folder others may pass through, whatever our umask.
fn create_open(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .create(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o755)))
        .map_err(Error::file("create", path))
}
