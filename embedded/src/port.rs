//! The loopback ports of a home, kept from run to run.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::private::{read_json, write_private};
use crate::random::random_bytes;
use crate::{Error, Machine, Service};

/// New ports come from below the range the kernel takes the near ends of connections from (32768 and up), so that no
/// connection happens to sit on a kept port at the next start.
const FIRST: u16 = 15_000;
const LAST: u16 = 31_999;
const TRIES: usize = 200;

/// The ports of one home.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    postgres: Option<u16>,
    kafka: Option<u16>,
    kafka_controller: Option<u16>,
    registry: Option<u16>,
}

/// The ports of one home and the file they are kept in.
#[derive(Debug)]
pub(crate) struct Ports {
    path: PathBuf,
    kept: Kept,
}

impl Ports {
    pub(crate) fn load(path: &Path) -> Result<Self, Error> {
        Ok(Self {
            path: path.to_owned(),
            kept: read_json(path)?.unwrap_or_default(),
        })
    }

    /// The port for a service: the pinned one, else the kept one if nobody has taken it, else a new one.
    pub(crate) fn choose(&mut self, service: Service, machine: &Machine) -> Result<u16, Error> {
        let kept = *self.slot(service);
        let port = match machine.pinned_port(service) {
            Some(port) if is_free(port) => port,
            Some(port) => {
                return Err(Error::PortTaken {
                    port,
                    variable: service.port_variable(),
                });
            }
            None => self.kept_or_new(service, kept)?,
        };
        *self.slot(service) = Some(port);
        self.save()?;
        Ok(port)
    }

    /// The port on which Kafka's controller listens for its broker, both in one process.
    pub(crate) fn choose_kafka_controller(&mut self) -> Result<u16, Error> {
        let port = self.kept_or_new(Service::Kafka, self.kept.kafka_controller)?;
        self.kept.kafka_controller = Some(port);
        self.save()?;
        Ok(port)
    }

    fn slot(&mut self, service: Service) -> &mut Option<u16> {
        match service {
            Service::Postgres => &mut self.kept.postgres,
            Service::Kafka => &mut self.kept.kafka,
            Service::Registry => &mut self.kept.registry,
        }
    }

    fn kept_or_new(&self, service: Service, kept: Option<u16>) -> Result<u16, Error> {
        if let Some(port) = kept {
            if is_free(port) {
                return Ok(port);
            }
            tracing::warn!(%service, port, "the port of the last run is taken by another program; another one is used");
        }
        let no_free_port = Error::NoFreePort {
            service,
            first: FIRST,
            last: LAST,
        };
        // At random, not in order: two homes that start at once would choose the same.
        random_bytes(2 * TRIES)?
            .chunks_exact(2)
            .map(|pair| FIRST + u16::from_le_bytes([pair[0], pair[1]]) % (LAST - FIRST + 1))
            .find(|port| !self.holds(*port) && is_free(*port))
            .ok_or(no_free_port)
    }

    fn holds(&self, port: u16) -> bool {
        let Kept {
            postgres,
            kafka,
            kafka_controller,
            registry,
        } = self.kept;
        [postgres, kafka, kafka_controller, registry].contains(&Some(port))
    }

    fn save(&self) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(&self.kept).map_err(|source| Error::Damaged {
            path: self.path.clone(),
            reason: source.to_string(),
        })?;
        write_private(&self.path, &text)
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> Machine {
        Machine {
            path: "".into(),
            java_home: None,
            cache: PathBuf::new(),
            postgres_folders: Vec::new(),
            postgres_port: None,
            kafka_port: None,
            registry_port: None,
        }
    }

    #[test]
    fn a_port_is_kept_until_somebody_else_takes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ports.json");
        let choose = || {
            let mut ports = Ports::load(&path).unwrap();
            ports.choose(Service::Kafka, &machine()).unwrap()
        };
        let first = choose();
        assert_eq!(choose(), first);
        let taken = TcpListener::bind(("127.0.0.1", first)).unwrap();
        let second = choose();
        assert_ne!(second, first);
        drop(taken);
        assert_eq!(choose(), second);
    }

    #[test]
    fn a_pinned_port_is_used_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut ports = Ports::load(&folder.path().join("ports.json")).unwrap();
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let pinned = Machine {
            postgres_port: Some(port),
            ..machine()
        };
        let error = ports.choose(Service::Postgres, &pinned).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "port {port} is taken by another program; free it or unset WARDFLOW_POSTGRES_PORT"
            )
        );
        drop(taken);
        assert_eq!(ports.choose(Service::Postgres, &pinned).unwrap(), port);
    }
}
