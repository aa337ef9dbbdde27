//! The PostgreSQL programs on this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine::is_program;
use crate::{Error, Machine};

const OLDEST: u32 = 15;

/// One installed version of PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installation {
    pub(crate) major: u32,
    folder: PathBuf,
}

impl std::fmt::Display for Installation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "version {} in {}",
            self.major,
            self.folder.display()
        )
    }
}

impl Installation {
    /// The version that made the data folder if it is installed, else the newest.
    pub(crate) fn find(machine: &Machine, made_by: Option<&str>) -> Result<Self, Error> {
        let installed = Self::all(machine);
        // Of several folders with one version the first counts: the last ones, of PATH, may hold but links.
        let same = installed
            .iter()
            .find(|found| Some(found.major.to_string().as_str()) == made_by);
        same.or_else(|| installed.iter().rev().max_by_key(|found| found.major))
            .cloned()
            .ok_or(Error::NoPostgres)
    }

    fn all(machine: &Machine) -> Vec<Self> {
        let versioned = machine
            .postgres_folders
            .iter()
            .flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten())
            .map(|version| version.path().join("bin"));
        versioned
            .chain(said_by_pg_config(machine))
            .chain(std::env::split_paths(&machine.path))
            .filter_map(Self::at)
            .collect()
    }

    fn at(folder: PathBuf) -> Option<Self> {
        let postgres = folder.join("postgres");
        if !is_program(&postgres) || !is_program(&folder.join("initdb")) {
            return None;
        }
        let said = Command::new(&postgres).arg("--version").output().ok()?;
        let major = parse_major(&String::from_utf8_lossy(&said.stdout))?;
        (major >= OLDEST).then_some(Self { major, folder })
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The client that came with the server, or else the one in `PATH`.
    pub(crate) fn psql(&self, machine: &Machine) -> PathBuf {
        let own = self.program("psql");
        if is_program(&own) {
            return own;
        }
        machine.find("psql").unwrap_or(own)
    }

    /// Whether the server takes this value for this setting of this (new) data folder.
    pub(crate) fn accepts(&self, data: &Path, setting: &str, value: &str) -> bool {
        Command::new(self.program("postgres"))
            // -C has to come first: then postgres does not mind that we are root.
            .args(["-C", setting, "-c", &format!("{setting}={value}"), "-D"])
            .arg(data)
            .output()
            .is_ok_and(|said| said.status.success())
    }
}

fn said_by_pg_config(machine: &Machine) -> Option<PathBuf> {
    let program = machine.find("pg_config")?;
    let said = Command::new(program).arg("--bindir").output().ok()?;
    let folder = String::from_utf8(said.stdout).ok()?;
    Some(PathBuf::from(folder.trim()))
}

/// 15 of `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn parse_major(said: &str) -> Option<u32> {
    let (_, version) = said.split_once("(PostgreSQL) ")?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(
            parse_major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(parse_major("postgres (PostgreSQL) 18beta2\n"), Some(18));
        assert_eq!(parse_major("something else"), None);
    }
}
