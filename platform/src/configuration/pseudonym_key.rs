//! The file of the pseudonym key.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use domain::pseudonym::{KeyError, PseudonymKey};

use crate::fault::Fault;

/// The secret under which people get their pseudonyms.
#[derive(Debug, Clone, clap::Args)]
pub struct PseudonymKeyArgs {
    /// File of the secret pseudonym key: hexadecimal digits (`openssl rand -hex 32`) or raw bytes, mode 0600
    #[arg(
        id = "pseudonym_key_file",
        long = "pseudonym-key-file",
        env = "PSEUDONYM_KEY_FILE",
        value_name = "PSEUDONYM_KEY_FILE"
    )]
    pub pseudonym_key_file: PathBuf,
}

/// More bytes than any key has.
const KEY_FILE_BYTES_MAX: u64 = 64 * 1024;

/// The key cannot be had. Nothing of the file's content is told.
#[derive(Debug, thiserror::Error)]
pub enum PseudonymKeyError {
    /// There is no file.
    #[error(
        "there is no pseudonym key file {path}; make one with \
         `(umask 077; openssl rand -hex 32 > {path})`, or name another by PSEUDONYM_KEY_FILE"
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is there and cannot be read. A warehouse cannot be read on without its key, so
    /// nothing is said that could lead to overwriting it.
    #[error(
        "cannot read the pseudonym key file {path}: {source}; let the user of this process read \
         it, or name another by PSEUDONYM_KEY_FILE"
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What is in the file is no key.
    #[error("the pseudonym key file {path} cannot be used: {source}")]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        source: KeyError,
    },
}

impl PseudonymKeyError {
    /// Always the set-up.
    pub fn fault(&self) -> Fault {
        Fault::Configuration
    }
}

impl PseudonymKeyArgs {
    /// Reads the key.
    ///
    /// A file of hexadecimal digits alone (and white space around them) is taken as such; any
    /// other is the key byte by byte, its last newline included. A file that others can read is
    /// used with a warning: the demo key lies in a repository.
    pub fn load(&self) -> Result<PseudonymKey, PseudonymKeyError> {
        let path = &self.pseudonym_key_file;
        let content = read(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => PseudonymKeyError::Missing { path: path.clone() },
            _ => PseudonymKeyError::Read {
                path: path.clone(),
                source,
            },
        })?;
        let secret = from_hexadecimal(&content).unwrap_or(content);
        PseudonymKey::new(&secret).map_err(|source| PseudonymKeyError::Key {
            path: path.clone(),
            source,
        })
    }
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let found = std::fs::metadata(path)?;
    // A pipe would be waited for, and a device may never end.
    if !found.is_file() || found.len() > KEY_FILE_BYTES_MAX {
        return Err(std::io::Error::other(
            "it is no regular file of a key's size",
        ));
    }
    let mode = found.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(
            path = %path.display(),
            mode = format!("{:04o}", mode & 0o7777),
            "others can read the pseudonym key; `chmod 600` it unless it is the demo's"
        );
    }
    std::fs::read(path)
}

/// The bytes of a text of hexadecimal digits, two a byte; `None` if it is anything else.
fn from_hexadecimal(content: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(content).ok()?.trim();
    // `from_str_radix` would also take a sign.
    if text.is_empty()
        || !text.len().is_multiple_of(2)
        || !text.bytes().all(|c| c.is_ascii_hexdigit())
    {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(content: &[u8]) -> Result<PseudonymKey, PseudonymKeyError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, content).unwrap();
        PseudonymKeyArgs {
            pseudonym_key_file: path,
        }
        .load()
    }

    #[test]
    fn hexadecimal_and_raw_bytes_are_read() {
        let raw = [0xa7; 32];
        let hexadecimal = "a7".repeat(32);
        let expected = PseudonymKey::new(&raw).unwrap().fingerprint();
        assert_eq!(load(&raw).unwrap().fingerprint(), expected);
        for text in [
            format!("{hexadecimal}\n"),
            format!(" {}\r\n", hexadecimal.to_uppercase()),
        ] {
            assert_eq!(load(text.as_bytes()).unwrap().fingerprint(), expected);
        }
    }

    #[test]
    fn a_bad_file_is_named_and_its_content_is_not() {
        let error = load(b"0123456789abcdef0123456789abcdef").unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains("16 bytes") && !message.contains("0123"),
            "{message}"
        );
        let error = load(b"not so secret").unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
        let missing = PseudonymKeyArgs {
            pseudonym_key_file: "/nowhere/key".into(),
        };
        let message = missing.load().unwrap_err().to_string();
        assert!(
            message.contains("/nowhere/key") && message.contains("openssl"),
            "{message}"
        );
    }
}
