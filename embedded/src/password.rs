//! Random passwords, kept in the home.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::private::{read_json, write_private};
use crate::random::random_hex;

/// The passwords of one home.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Passwords {
    /// Of PostgreSQL's superuser `postgres`.
    pub(crate) superuser: String,
    /// Of the role under which the registry keeps its schemas.
    pub(crate) registry: String,
}

impl Passwords {
    /// Those kept in `path`, or new ones that are then kept there.
    pub(crate) fn load_or_create(path: &Path) -> Result<Self, Error> {
        if let Some(kept) = read_json(path)? {
            return Ok(kept);
        }
        let made = Self {
            superuser: random_hex(32)?,
            registry: random_hex(32)?,
        };
        let text = serde_json::to_string_pretty(&made).map_err(|source| Error::Damaged {
            path: path.to_owned(),
            reason: source.to_string(),
        })?;
        write_private(path, &text)?;
        Ok(made)
    }
}

/// Deletes a file that held a password, if it is there.
pub(crate) fn delete(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("delete", path)(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn passwords_are_kept_in_a_private_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passwords.json");
        let made = Passwords::load_or_create(&path).unwrap();
        let kept = Passwords::load_or_create(&path).unwrap();
        assert_eq!(made.superuser, kept.superuser);
        assert_eq!(made.registry, kept.registry);
        assert_ne!(made.superuser, made.registry);
        assert_eq!(made.superuser.len(), 32);
        let permissions = fs::metadata(&path).unwrap().permissions();
        assert_eq!(permissions.mode() & 0o777, 0o600);
    }
}
