//! Files of variables, for whoever does not want to export them: `.env`, and those that are named.

use std::env;
use std::path::{Path, PathBuf};

use crate::fault::Fault;

/// Files with lines NAME=value, separated by colons: secrets that a container finds in a volume.
const NAMED: &str = "WARDFLOW_ENV_FILE";

/// A file of variables is there and cannot be read, or one is named and is not there.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentFileError {
    /// A line is not `NAME=value`. The line itself is not shown: it may hold a secret.
    #[error(
        "a line of {file} is not NAME=value (or a value with spaces lacks its quotes), \
         at or before its byte {position}"
    )]
    Line {
        /// The file.
        file: String,
        /// Byte within the line.
        position: usize,
    },
    /// The file cannot be opened or read.
    #[error("cannot read {file}: {source}; mend its permissions, or do without it")]
    Read {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Anything else that is wrong with it.
    #[error("cannot use {file}: a variable in it is not text")]
    Other {
        /// The file.
        file: String,
    },
}

impl EnvironmentFileError {
    /// Always the set-up.
    pub fn fault(&self) -> Fault {
        Fault::Configuration
    }

    fn of(file: &Path, error: dotenvy::Error) -> Self {
        let file = file.display().to_string();
        match error {
            dotenvy::Error::Io(source) => Self::Read { file, source },
            dotenvy::Error::LineParse(_, position) => Self::Line { file, position },
            _ => Self::Other { file },
        }
    }
}

/// Sets the variables that are not set yet: those of the files that `WARDFLOW_ENV_FILE` names, then those
/// of the nearest `.env` (this folder or one above).
///
/// Returns the path of the latter, or `None` where there is none. To be called before any thread is
/// started: the environment of a process is not safe to change beside readers.
pub fn load_environment_file() -> Result<Option<PathBuf>, EnvironmentFileError> {
    for file in env::split_paths(&env::var_os(NAMED).unwrap_or_default()) {
        if !file.as_os_str().is_empty() {
            let loaded = dotenvy::from_path(&file);
            loaded.map_err(|error| EnvironmentFileError::of(&file, error))?;
        }
    }
    match dotenvy::dotenv() {
        Ok(path) => Ok(Some(path)),
        Err(error) if error.not_found() => Ok(None),
        Err(error) => Err(EnvironmentFileError::of(Path::new(".env"), error)),
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
        said_with(folder, "")
    }

    /// What the child says where files are named.
    fn said_with(folder: &std::path::Path, named: &str) -> String {
        let output = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "configuration::environment_file::tests::child",
                "--nocapture",
            ])
            .current_dir(folder)
            .env(CHILD, "1")
            .env("WARDFLOW_ENV_FILE", named)
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

    #[test]
    fn named_files_go_before_it_and_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap();
        };
        write(".env", "FROM_FILE=nearest\n");
        write("one", "FROM_FILE=one\nFROM_SHELL=one\n");
        write("two", "FROM_FILE=two\n");
        let said = said_with(folder.path(), "one:two");
        assert_eq!(said, "found true a shell b one\n");
        let said = said_with(folder.path(), "three");
        assert!(said.starts_with("cannot read three"), "{said}");
    }
}
