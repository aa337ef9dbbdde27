//! What this machine offers: programs, the cache, and ports its user has pinned.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::{Error, Service};

/// Where Debian and Ubuntu, then Red Hat and its kin, keep one folder a PostgreSQL version.
const POSTGRES_FOLDERS: [&str; 2] = ["/usr/lib/postgresql", "/usr"];

/// What this machine offers, read once from the environment; tests take things away from it.
#[derive(Debug, Clone)]
pub struct Machine {
    /// `PATH`: where programs are looked for.
    pub path: OsString,
    /// `JAVA_HOME`.
    pub java_home: Option<PathBuf>,
    /// Where the jars are kept: `$WARDFLOW_CACHE`, else `$XDG_CACHE_HOME/wardflow`, else `~/.cache/wardflow`.
    pub cache: PathBuf,
    /// Folders with one sub-folder a PostgreSQL version (`15/bin`, `pgsql-15/bin`).
    pub postgres_folders: Vec<PathBuf>,
    /// `WARDFLOW_POSTGRES_PORT`.
    pub postgres_port: Option<u16>,
    /// `WARDFLOW_KAFKA_PORT`.
    pub kafka_port: Option<u16>,
    /// `WARDFLOW_REGISTRY_PORT`.
    pub registry_port: Option<u16>,
}

impl Machine {
    /// This machine, as the environment describes it.
    ///
    /// # Errors
    /// [`Error::PortInvalid`] for a port variable that holds none; [`Error::NoCache`].
    pub fn from_environment() -> Result<Self, Error> {
        Ok(Self {
            path: std::env::var_os("PATH").unwrap_or_default(),
            java_home: folder("JAVA_HOME"),
            cache: folder("WARDFLOW_CACHE")
                .or_else(|| Some(folder("XDG_CACHE_HOME")?.join("wardflow")))
                .or_else(|| Some(folder("HOME")?.join(".cache/wardflow")))
                .ok_or(Error::NoCache)?,
            postgres_folders: POSTGRES_FOLDERS.map(PathBuf::from).to_vec(),
            postgres_port: port(Service::Postgres)?,
            kafka_port: port(Service::Kafka)?,
            registry_port: port(Service::Registry)?,
        })
    }

    /// The port the user has pinned for a service.
    pub(crate) fn pinned_port(&self, service: Service) -> Option<u16> {
        match service {
            Service::Postgres => self.postgres_port,
            Service::Kafka => self.kafka_port,
            Service::Registry => self.registry_port,
        }
    }

    /// The first program of this name in `PATH`.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.path)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(program))
            .find(|path| is_program(path))
    }
}

/// Whether there is a file that may be executed.
pub(crate) fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

fn folder(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn port(service: Service) -> Result<Option<u16>, Error> {
    let variable = service.port_variable();
    match std::env::var_os(variable) {
        Some(value) if !value.is_empty() => {
            parse_port(variable, &value.to_string_lossy()).map(Some)
        }
        _ => Ok(None),
    }
}

fn parse_port(variable: &'static str, value: &str) -> Result<u16, Error> {
    match value.trim().parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(Error::PortInvalid {
            variable,
            value: value.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_variable_that_holds_no_port_is_named() {
        assert_eq!(parse_port("WARDFLOW_KAFKA_PORT", " 9092 ").unwrap(), 9092);
        for wrong in ["0", "65536", "kafka"] {
            let error = parse_port("WARDFLOW_KAFKA_PORT", wrong).unwrap_err();
            assert!(error.to_string().starts_with("WARDFLOW_KAFKA_PORT is"));
        }
    }
}
