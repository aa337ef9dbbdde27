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

/// The ports of one home, those its user has pinned, and the file they are kept in.
#[derive(Debug)]
pub(crate) struct Ports {
    path: PathBuf,
    kept: Kept,
    pinned: Vec<(Service, u16)>,
    /// For this start.
    chosen: Vec<u16>,
}

impl Ports {
    /// Those kept in the file. Two services that are pinned to one port are an [`Error::PortsEqual`].
    pub(crate) fn load(path: &Path, machine: &Machine) -> Result<Self, Error> {
        let pinned: Vec<(Service, u16)> = Service::ALL
            .into_iter()
            .filter_map(|service| Some((service, machine.pinned_port(service)?)))
            .collect();
        for (index, (service, port)) in pinned.iter().enumerate() {
            if let Some((other, _)) = pinned[..index].iter().find(|(_, taken)| taken == port) {
                return Err(Error::PortsEqual {
                    port: *port,
                    variables: [other.port_variable(), service.port_variable()],
                });
            }
        }
        Ok(Self {
            path: path.to_owned(),
            kept: read_json(path)?.unwrap_or_default(),
            pinned,
            chosen: Vec::new(),
        })
    }

    /// The port for a service: the pinned one, else the kept one if nobody has taken it, else a new one.
    pub(crate) fn choose(&mut self, service: Service) -> Result<u16, Error> {
        let kept = *self.slot(service);
        let pinned = self.pinned.iter().find(|(pinned, _)| *pinned == service);
        let port = match pinned.map(|(_, port)| *port) {
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
        self.chosen.push(port);
        Ok(port)
    }

    /// The port on which Kafka's controller listens for its broker, both in one process.
    pub(crate) fn choose_kafka_controller(&mut self) -> Result<u16, Error> {
        let port = self.kept_or_new(Service::Kafka, self.kept.kafka_controller)?;
        self.kept.kafka_controller = Some(port);
        self.chosen.push(port);
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
            let is_ours = !self.is_promised(port);
            if is_ours && is_free(port) {
                return Ok(port);
            }
            if is_ours {
                tracing::warn!(%service, port, "the port of the last run is taken by another program; another one is used");
            }
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
            .find(|port| !self.holds(*port) && !self.is_promised(*port) && is_free(*port))
            .ok_or(no_free_port)
    }

    /// Whether another service of this home has it, by its user's will or by this start's choice.
    fn is_promised(&self, port: u16) -> bool {
        self.chosen.contains(&port) || self.pinned.iter().any(|(_, pinned)| *pinned == port)
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

    /// Keeps the ports for the next run. To be called once they have served.
    pub(crate) fn save(&self) -> Result<(), Error> {
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
            let mut ports = Ports::load(&path, &machine()).unwrap();
            let port = ports.choose(Service::Kafka).unwrap();
            ports.save().unwrap();
            port
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
        let path = folder.path().join("ports.json");
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let pinned = Machine {
            postgres_port: Some(port),
            ..machine()
        };
        let mut ports = Ports::load(&path, &pinned).unwrap();
        let error = ports.choose(Service::Postgres).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "port {port} is taken by another program; free it or unset WARDFLOW_POSTGRES_PORT"
            )
        );
        drop(taken);
        assert_eq!(ports.choose(Service::Postgres).unwrap(), port);
        assert!(!path.exists(), "kept before it has served");
    }

    #[test]
    fn two_services_are_never_given_one_port() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ports.json");
        let twice = Machine {
            postgres_port: Some(15_432),
            kafka_port: Some(15_432),
            ..machine()
        };
        let told = Ports::load(&path, &twice).unwrap_err().to_string();
        assert!(
            told.starts_with("WARDFLOW_POSTGRES_PORT and WARDFLOW_KAFKA_PORT are both 15432"),
            "{told}"
        );

        // A home that kept such a pair, and one whose user pins what another service has kept.
        write_private(&path, r#"{"postgres": 15432, "kafka": 15432}"#).unwrap();
        let mut ports = Ports::load(&path, &machine()).unwrap();
        let first = ports.choose(Service::Postgres).unwrap();
        assert_ne!(ports.choose(Service::Kafka).unwrap(), first);
        let pinned = Machine {
            registry_port: Some(15_432),
            ..machine()
        };
        let mut ports = Ports::load(&path, &pinned).unwrap();
        assert_ne!(ports.choose(Service::Postgres).unwrap(), 15_432);
        assert_ne!(ports.choose(Service::Kafka).unwrap(), 15_432);
    }
}
