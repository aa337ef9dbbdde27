//! A private Kafka broker.

mod tls;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;

use crate::faults::faults;
use crate::java::Application;
use crate::launch::{DeathSignal, Launch};
use crate::log::last_lines;
use crate::part::Part;
use crate::private::{create_private, write_private};
use crate::process::{Farewell, Process};
use crate::random::random_hex;
use crate::readiness::{Obstacle, until_ready};
use crate::{Error, Home, Machine, Service, java, owns_listener};

pub use tls::KafkaTls;

const SERVER_PROPERTIES: &str = include_str!("kafka/server.properties");
const LOG4J2_PROPERTIES: &str = include_str!("kafka/log4j2.properties");

/// What Kafka logs last when it starts.
const STARTED: &str = "Kafka Server started";
const PATIENCE: Duration = Duration::from_mins(2);

const FAREWELL: Farewell = Farewell {
    signal: Signal::TERM,
    patience: Duration::from_secs(10),
    on_our_death: DeathSignal::Kill,
};

/// The loopback ports of a broker.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    /// For clients.
    pub(crate) clients: u16,
    /// Between the broker and its controller, which are one process.
    pub(crate) controller: u16,
}

/// A Kafka broker of our own, with its controller in the same process.
#[derive(Debug)]
pub struct Kafka {
    process: Arc<Process>,
    port: u16,
    // After the process: the home's lock is held until the process has ended.
    _home: Arc<Home>,
}

impl Kafka {
    /// Formats the storage at the first start, and starts the broker. Blocks; the broker is not ready then.
    pub(crate) fn launch(
        home: Arc<Home>,
        machine: &Machine,
        application: &Application,
        (ports, tls): (Ports, Option<KafkaTls>),
    ) -> Result<Self, Error> {
        let folder = home.path().join("kafka");
        create_private(&folder)?;
        let (locale, encoding) = java::ENVIRONMENT;
        let kafka = Storage {
            launch: Launch {
                program: application.java.clone(),
                arguments: Vec::new(),
                environment: vec![(locale.to_owned(), encoding.into())],
                folder: folder.clone(),
                account: None,
            },
            class_path: application.folder.join("*"),
            folder,
            ports,
            tls,
        };
        kafka.format_once(machine)?;
        let launch = kafka.server(&home.fresh_temporary(Service::Kafka)?)?;
        let process = Arc::new(Process::new(
            Service::Kafka,
            &home,
            machine,
            launch,
            FAREWELL,
        ));
        process.start()?;
        Ok(Self {
            process,
            port: ports.clients,
            _home: home,
        })
    }

    /// Waits until the broker has started and it is our child that listens.
    pub(crate) async fn ready(&self) -> Result<(), Error> {
        until_ready(&self.process, PATIENCE, async || {
            let log = fs::read_to_string(self.process.log()).unwrap_or_default();
            if !log.contains(STARTED) {
                let why = "it has not logged that it started";
                return Err(Obstacle::Passing(why.to_owned()));
            }
            match self.pid() {
                Some(pid) if owns_listener(pid, self.port) => Ok(()),
                _ => Err(Obstacle::Passing(format!(
                    "it does not listen on port {}",
                    self.port
                ))),
            }
        })
        .await
    }

    /// For `KAFKA_BOOTSTRAP_SERVERS`: `127.0.0.1:PORT`.
    pub fn bootstrap_servers(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The broker's port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

faults!(Kafka);

/// Kafka's folder in the home and the programs that work on it.
struct Storage {
    launch: Launch,
    class_path: PathBuf,
    folder: PathBuf,
    ports: Ports,
    tls: Option<KafkaTls>,
}

impl Storage {
    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Formats the storage under a random cluster id, whole or not at all.
    fn format_once(&self, machine: &Machine) -> Result<(), Error> {
        if self.data().exists() {
            return Ok(());
        }
        let part = Part::of(&self.data())?;
        self.write_properties("format.properties", part.name())?;
        let cluster_id = random_cluster_id()?;
        let mut launch = self.launch.clone();
        launch.arguments = self.java_arguments(&["-XX:TieredStopAtLevel=1"]);
        launch.arguments.push("kafka.tools.StorageTool".into());
        launch
            .arguments
            .extend(["format", "--cluster-id", &cluster_id, "--config"].map(OsString::from));
        launch.arguments.push("format.properties".into());
        let said = launch.run(machine)?;
        if !said.status.success() {
            let text = [said.stdout, said.stderr].concat();
            return Err(Error::Preparation {
                program: "the formatting of Kafka's storage",
                status: said.status,
                said: last_lines(&String::from_utf8_lossy(&text)),
            });
        }
        part.complete(&part.path())
    }

    fn server(&self, temporary: &Path) -> Result<Launch, Error> {
        self.write_properties("server.properties", "data")?;
        write_private(&self.folder.join("log4j2.properties"), LOG4J2_PROPERTIES)?;
        let mut temporary_folder = OsString::from("-Djava.io.tmpdir=");
        temporary_folder.push(temporary);

        let mut launch = self.launch.clone();
        launch.arguments = self.java_arguments(&[
            "-Xmx512m",
            "-Xms128m",
            "-Dlog4j2.configurationFile=log4j2.properties",
        ]);
        launch.arguments.push(temporary_folder);
        launch
            .arguments
            .extend(["kafka.Kafka", "server.properties"].map(OsString::from));
        Ok(launch)
    }

    fn java_arguments(&self, own: &[&str]) -> Vec<OsString> {
        own.iter()
            .chain(&java::FLAGS)
            .map(OsString::from)
            .chain(["-classpath".into(), self.class_path.clone().into()])
            .collect()
    }

    /// Kafka runs in its folder and takes paths relative to that; so nothing in the home's path, such as a comma, can
    /// be mistaken for syntax.
    fn write_properties(&self, name: &str, data: &str) -> Result<(), Error> {
        let Ports {
            clients,
            controller,
        } = self.ports;
        let text = SERVER_PROPERTIES
            .replace("${port}", &clients.to_string())
            .replace("${controller_port}", &controller.to_string())
            .replace("${data}", data);
        let text = match &self.tls {
            Some(tls) => tls.add_to(&text),
            None => text,
        };
        write_private(&self.folder.join(name), &text)
    }
}

/// Sixteen bytes in the 22 digits of URL-safe base64, as Kafka wants it. Hexadecimal digits are among those digits,
/// never begin with the dash that would look like an option, and a last `A` leaves no bits over.
fn random_cluster_id() -> Result<String, Error> {
    Ok(format!("{}A", random_hex(21)?))
}
