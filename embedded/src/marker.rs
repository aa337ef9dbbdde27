//! What marks a folder as a home of Wardflow's, and tells one home from another.
//!
//! Whatever is named as a home is opened, filled, and emptied again by `--fresh`. A folder of somebody's own, such as
//! `$HOME`, must not become one by a slip in a variable.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::account::name_of;
use crate::private::write_private;
use crate::random::random_hex;
use crate::{Error, lock};

/// Holds the home's identity: random digits, so that a home that is moved or copied is still told from others.
pub(crate) const FILE: &str = "wardflow-home";

const DIGITS: usize = 16;

/// Homes of versions without a marker have one of these beside the lock.
const OF_EARLIER_VERSIONS: [&str; 2] = ["ports.json", "passwords.json"];

/// All that can stand in a home whose first start was cut short before it was marked, or that an earlier version has
/// emptied.
const BEFORE_THE_MARKER: [&str; 7] = [
    lock::FILE,
    "wardflow-home.part",
    "supervisor.log",
    "supervisor.pid",
    "supervisor.error",
    "demo-pseudonym.key",
    "role_passwords.json",
];

/// Refuses a folder that is neither empty nor a home, and a home of another user.
pub(crate) fn check(home: &Path) -> Result<(), Error> {
    check_ours(home)?;
    let entries = match fs::read_dir(home) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        read => read.map_err(Error::file("read", home))?,
    };
    let names: HashSet<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    let has = |name: &str| names.contains(std::ffi::OsStr::new(name));
    let is_home = has(FILE)
        || has(lock::FILE) && OF_EARLIER_VERSIONS.iter().any(|name| has(name))
        || names
            .iter()
            .all(|name| BEFORE_THE_MARKER.iter().any(|known| name == known));
    if is_home {
        return Ok(());
    }
    Err(Error::NotAHome {
        path: home.to_owned(),
    })
}

/// Refuses a home of another user.
pub(crate) fn check_ours(home: &Path) -> Result<(), Error> {
    // The lock is its maker's; the folder may have been given to them.
    let lock = home.join(lock::FILE);
    let found = match fs::metadata(&lock) {
        // A closed folder is of whoever closed it.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => fs::metadata(home),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found,
    };
    let owner = found.map_err(Error::file("read", home))?.uid();
    if owner == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(Error::OfAnotherUser {
        home: home.to_owned(),
        owner: name_of(owner),
    })
}

/// The home's identity; one is given to a home that has none. To be called by who holds the lock.
pub(crate) fn identity(home: &Path) -> Result<String, Error> {
    let path = home.join(FILE);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return renew(home);
        }
        read => read.map_err(Error::file("read", &path))?,
    };
    let id = text.trim();
    if id.len() == DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(id.to_owned());
    }
    Err(Error::Damaged {
        path,
        reason: format!("not {DIGITS} hexadecimal digits"),
    })
}

/// Gives the home an identity that no other has.
pub(crate) fn renew(home: &Path) -> Result<String, Error> {
    let id = random_hex(DIGITS)?;
    write_private(&home.join(FILE), &format!("{id}\n"))?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            fs::write(folder.path().join(file), "").unwrap();
        }
        folder
    }

    #[test]
    fn only_a_home_or_an_empty_folder_is_taken_for_one() {
        for files in [
            &[][..],
            &["lock"],
            &["lock", "wardflow-home.part"],
            &["wardflow-home", "notes.txt"],
            &["lock", "ports.json", "notes.txt"],
            &["lock", "passwords.json"],
        ] {
            check(folder_with(files).path()).unwrap();
        }
        for files in [&["notes.txt"][..], &["lock", "logs"], &["ports.json"]] {
            let error = check(folder_with(files).path()).unwrap_err();
            assert!(matches!(error, Error::NotAHome { .. }), "{files:?}");
        }
        check(Path::new("/nonexistent")).unwrap();
    }

    #[test]
    fn a_home_of_another_user_is_refused_by_name() {
        let folder = folder_with(&["wardflow-home"]);
        // Somebody else's file on every machine: root's, or, for root, one that is given away.
        let lock = folder.path().join("lock");
        if rustix::process::geteuid().is_root() {
            fs::write(&lock, "").unwrap();
            std::os::unix::fs::chown(&lock, Some(65_533), None).unwrap();
        } else {
            std::os::unix::fs::symlink("/etc/passwd", &lock).unwrap();
        }
        let told = check(folder.path()).unwrap_err().to_string();
        assert!(told.contains("was made by user "), "{told}");
        assert!(told.contains("WARDFLOW_HOME"), "{told}");
    }

    #[test]
    fn an_identity_is_kept_and_no_other_home_has_it() {
        let (one, other) = (folder_with(&[]), folder_with(&[]));
        let id = identity(one.path()).unwrap();
        assert_eq!(identity(one.path()).unwrap(), id);
        assert_ne!(identity(other.path()).unwrap(), id);
        fs::write(one.path().join(FILE), "../../etc").unwrap();
        assert!(matches!(identity(one.path()), Err(Error::Damaged { .. })));
    }
}
