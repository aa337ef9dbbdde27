//! Where root's PostgreSQL data stands: outside of the home.
//!
//! PostgreSQL refuses root, so it runs as another user, and to that user the home (mode 0700, often below `/root`) is
//! closed. The home has a link to a folder of its own, which is named by the home's identity (earlier versions: by its
//! path) and knows both. A home that is moved takes its folder along; a copy of a home has no part in it.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::account::name_of;
use crate::private::{remove_tree, write_private};
use crate::{Error, marker};

const ROOT: &str = "/var/lib/wardflow";

/// PostgreSQL's folder in a home, or the link to where it is.
pub(crate) const POSTGRES: &str = "postgres";

/// Names the path of the home that used a folder last.
const OWNER: &str = "home";
/// Holds the identity of the home a folder belongs to.
const IDENTITY: &str = "id";

/// The folders of root's data, one a home.
pub(crate) struct Outside {
    root: PathBuf,
}

/// Whose a folder is.
#[derive(Debug, PartialEq, Eq)]
enum Claim {
    /// The asking home's, or nobody's yet.
    Ours,
    /// That of another home, last seen at this path.
    Others(PathBuf),
}

impl Outside {
    /// Those of this machine.
    pub(crate) fn of_machine() -> Self {
        Self { root: ROOT.into() }
    }

    /// The folder of this home, which is there afterwards.
    pub(crate) fn folder_of(&self, home: &Path, id: &str) -> Result<PathBuf, Error> {
        let folder = match self.linked(home)? {
            Some(folder) => folder,
            None => self.root.join(id),
        };
        if let Claim::Others(original) = claim(&folder, home, id) {
            return Err(Error::Copied {
                home: home.to_owned(),
                original,
                data: folder,
            });
        }
        create_open(&self.root)?;
        create_open(&folder)?;
        write_private(&folder.join(IDENTITY), id)?;
        write_private(&folder.join(OWNER), &home.to_string_lossy())?;
        let link = home.join(POSTGRES);
        if fs::symlink_metadata(&link).is_err() {
            symlink(folder.join(POSTGRES), &link).map_err(Error::file("create", &link))?;
        }
        Ok(folder)
    }

    /// Deletes the folder of this home, if it has one. A copy of a home leaves the original its folder, and is another
    /// home from then on.
    pub(crate) fn delete_folder_of(&self, home: &Path, id: &str) -> Result<(), Error> {
        match self.linked(home)? {
            Some(folder) if claim(&folder, home, id) == Claim::Ours => remove_tree(&folder),
            Some(_) => marker::renew(home).map(drop),
            None => Ok(()),
        }
    }

    /// The folders whose home is gone or has another one, each with the path the home was last seen at.
    pub(crate) fn forsaken(&self) -> impl Iterator<Item = (PathBuf, PathBuf)> + use<> {
        fs::read_dir(&self.root)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter_map(|folder| Some((read(&folder, OWNER)?.into(), folder)))
            .filter(|(home, folder): &(PathBuf, PathBuf)| !uses(home, folder))
            .map(|(home, folder)| (folder, home))
    }

    /// The folder a home has a link to. Data that stands in the home itself is another user's: root has none there.
    fn linked(&self, home: &Path) -> Result<Option<PathBuf>, Error> {
        let link = home.join(POSTGRES);
        let Ok(found) = fs::symlink_metadata(&link) else {
            return Ok(None);
        };
        match folder_linked_at(&link) {
            Some(folder) if folder.parent() == Some(&self.root) => Ok(Some(folder)),
            // Only root keeps its data outside.
            _ if !rustix::process::geteuid().is_root() => Ok(None),
            _ => Err(Error::NotOfRoot {
                data: link,
                owner: name_of(found.uid()),
            }),
        }
    }
}

/// Whether this home may use the folder.
fn claim(folder: &Path, home: &Path, id: &str) -> Claim {
    let Some(last) = read(folder, OWNER).map(PathBuf::from) else {
        return Claim::Ours;
    };
    let of_another = read(folder, IDENTITY).is_some_and(|kept| kept != id);
    let elsewhere = uses(&last, folder) && !is_same(&last, home);
    if of_another || elsewhere {
        Claim::Others(last)
    } else {
        Claim::Ours
    }
}

/// Whether there is a home at this path whose data stands in this folder.
fn uses(home: &Path, folder: &Path) -> bool {
    folder_linked_at(&home.join(POSTGRES)).is_some_and(|linked| linked == folder)
}

fn folder_linked_at(link: &Path) -> Option<PathBuf> {
    Some(fs::read_link(link).ok()?.parent()?.to_owned())
}

fn is_same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| {
        let found = fs::metadata(path).ok()?;
        Some((found.dev(), found.ino()))
    };
    identity(one).is_some() && identity(one) == identity(other)
}

fn read(folder: &Path, file: &str) -> Option<String> {
    fs::read_to_string(folder.join(file)).ok()
}

/// Makes a folder others may pass through, whatever our umask.
fn create_open(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .create(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o755)))
        .map_err(Error::file("create", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A place for homes and one for their data.
    struct Machine {
        folder: tempfile::TempDir,
        outside: Outside,
    }

    impl Machine {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let outside = Outside {
                root: folder.path().join("outside"),
            };
            Self { folder, outside }
        }

        fn home(&self, name: &str) -> PathBuf {
            let home = self.folder.path().join(name);
            fs::create_dir_all(&home).unwrap();
            home
        }

        /// A home with data of its own.
        fn with_data(&self, name: &str, id: &str) -> (PathBuf, PathBuf) {
            let home = self.home(name);
            let folder = self.outside.folder_of(&home, id).unwrap();
            fs::create_dir(folder.join(POSTGRES)).unwrap();
            (home, folder)
        }

        /// What `cp -a` makes of a home.
        fn copy(&self, home: &Path, name: &str) -> PathBuf {
            let copy = self.home(name);
            let link = fs::read_link(home.join(POSTGRES)).unwrap();
            symlink(link, copy.join(POSTGRES)).unwrap();
            fs::write(copy.join(marker::FILE), "1111").unwrap();
            copy
        }
    }

    #[test]
    fn a_home_keeps_its_data_when_it_is_moved_and_another_takes_its_place() {
        let machine = Machine::new();
        let (home, folder) = machine.with_data("home", "1111");
        let moved = home.with_file_name("moved");
        fs::rename(&home, &moved).unwrap();
        let (_, new) = machine.with_data("home", "2222");
        assert_ne!(new, folder);
        assert!(folder.join(POSTGRES).is_dir());
        let found = machine.outside.folder_of(&moved, "1111").unwrap();
        assert_eq!(found, folder);
        machine.outside.delete_folder_of(&moved, "1111").unwrap();
        assert!(!folder.exists() && new.join(POSTGRES).is_dir());
    }

    #[test]
    fn a_copy_neither_uses_nor_deletes_the_data_of_the_original() {
        let machine = Machine::new();
        let (home, folder) = machine.with_data("home", "1111");
        let copy = machine.copy(&home, "copy");
        let error = machine.outside.folder_of(&copy, "1111").unwrap_err();
        assert!(matches!(&error, Error::Copied { original, .. } if *original == home));
        machine.outside.delete_folder_of(&copy, "1111").unwrap();
        assert!(folder.join(POSTGRES).is_dir());
        assert_ne!(marker::identity(&copy).unwrap(), "1111");
        // Once the original is gone, a copy is all that is left of it.
        let heir = machine.copy(&home, "heir");
        fs::remove_dir_all(&home).unwrap();
        assert_eq!(machine.outside.folder_of(&heir, "1111").unwrap(), folder);
    }

    #[test]
    fn homes_of_earlier_versions_keep_their_folder() {
        let machine = Machine::new();
        let (home, folder) = machine.with_data("home", "1111");
        fs::remove_file(folder.join(IDENTITY)).unwrap();
        let by_path = folder.with_file_name("96f423b1e30ac67f");
        fs::rename(&folder, &by_path).unwrap();
        fs::remove_file(home.join(POSTGRES)).unwrap();
        symlink(by_path.join(POSTGRES), home.join(POSTGRES)).unwrap();
        let copy = machine.copy(&home, "copy");
        assert!(machine.outside.folder_of(&copy, "2222").is_err());
        machine.outside.delete_folder_of(&copy, "2222").unwrap();
        assert_eq!(machine.outside.folder_of(&home, "1111").unwrap(), by_path);
        assert!(machine.outside.folder_of(&copy, "2222").is_err());
        assert!(by_path.join(POSTGRES).is_dir());
    }

    #[test]
    fn data_without_its_home_is_listed_and_stays() {
        let machine = Machine::new();
        let (home, folder) = machine.with_data("home", "1111");
        assert_eq!(machine.outside.forsaken().count(), 0);
        fs::remove_dir_all(&home).unwrap();
        let (_, new) = machine.with_data("home", "2222");
        assert_ne!(new, folder);
        let forsaken: Vec<_> = machine.outside.forsaken().collect();
        assert_eq!(forsaken, [(folder, home)]);
    }

    #[test]
    fn data_in_a_home_of_another_user_is_not_root_s() {
        if !rustix::process::geteuid().is_root() {
            return; // Others keep their data in the home.
        }
        let machine = Machine::new();
        let home = machine.home("home");
        let data = home.join(POSTGRES);
        fs::create_dir(&data).unwrap();
        std::os::unix::fs::chown(&data, Some(65_533), None).unwrap();
        for refused in [
            machine.outside.folder_of(&home, "1111").err(),
            machine.outside.delete_folder_of(&home, "1111").err(),
        ] {
            let told = refused.unwrap().to_string();
            assert!(told.contains("of user number 65533"), "{told}");
        }
    }
}
