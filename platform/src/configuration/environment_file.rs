//! The file `.env`: variables for whoever does not want to export them.

use std::path::PathBuf;

use crate::fault::Fault;

/// `.env` is there and cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentFileError {
    /// A line is not `NAME=value`. The line itself is not shown: it may hold a secret.
    #[error(
        "a line of .env is not NAME=value (or a value with spaces lacks its quotes), \
         at or before its byte {position}"
    )]
    Line {
        /// Byte within the line.
        position: usize,
    },
    /// The file cannot be opened or read.
    #[error("cannot read .env: {0}; mend its permissions or remove it")]
    Read(#[from] std::io::Error),
    /// Anything else that is wrong with it.
    #[error("cannot use .env: a variable in it is not text")]
    Other,
}

impl EnvironmentFileError {
    /// Always the set-up.
    pub fn fault(&self) -> Fault {
        Fault::Configuration
    }
}

/// Sets the variables of the nearest `.env` (this folder or one above) that are not set yet.
///
/// Returns the file's path, or `None` where there is none. To be called before any thread is
/// started: the environment of a process is not safe to change beside readers.
pub fn load_environment_file() -> Result<Option<PathBuf>, EnvironmentFileError> {
    match dotenvy::dotenv() {
        Ok(path) => Ok(Some(path)),
        Err(dotenvy::Error::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(dotenvy::Error::Io(error)) => Err(error.into()),
        Err(dotenvy::Error::LineParse(_, position)) => Err(EnvironmentFileError::Line { position }),
        Err(_) => Err(EnvironmentFileError::Other),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    /// Set in the process that the test of this module starts.
    const CHILD: &str = "WARDFLOW_TEST_ENVIRONMENT_CHILD";

    /// Not a test by itself: what the child runs.
    #[test]
    fn child() {
        if std::env::var_os(CHILD).is_none() {
            return;
        }
        match super::load_environment_file() {
            Ok(found) => eprintln!(
                "found {} a {} b {}",
                found.is_some(),
                std::env::var("FROM_SHELL").unwrap_or_default(),
                std::env::var("FROM_FILE").unwrap_or_default(),
            ),
            Err(error) => eprintln!("{error}"),
        }
    }

    fn said_in(folder: &std::path::Path) -> String {
        let output = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "configuration::environment_file::tests::child",
                "--nocapture",
            ])
            .current_dir(folder)
            .env(CHILD, "1")
            .env("FROM_SHELL", "shell")
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    }

    #[test]
    fn the_file_fills_what_is_not_set_and_a_bad_line_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(said_in(folder.path()), "found false a shell b \n");
        let write = |text: &str| std::fs::write(folder.path().join(".env"), text).unwrap();
        write("FROM_SHELL=file\nFROM_FILE=\"file\"\n");
        assert_eq!(said_in(folder.path()), "found true a shell b file\n");
        write("PASSWORD=two secrets\n");
        let said = said_in(folder.path());
        assert!(said.contains(".env") && !said.contains("secrets"), "{said}");
    }
}
