//! The private services together: started, and stopped in order.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::addresses::{self, Addresses};
use crate::java::{self, Application};
use crate::password::Passwords;
use crate::port::Ports;
use crate::private::{remove_tree, write_private};
use crate::{
    Error, Home, Kafka, KafkaTls, Machine, Postgres, Registry, Service, Wanted, jars, kafka, log,
    pidfile, registry,
};

/// How often [`Services::died`] looks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// Whether PostgreSQL waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// What is committed survives a power cut.
    Full,
    /// For tests: quicker, and lost when the machine crashes. A crash of PostgreSQL alone loses nothing.
    Off,
}

/// What to start, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which services.
    pub wanted: Wanted,
    /// Whether PostgreSQL waits for the disk.
    pub durability: Durability,
    /// The machine to start them on.
    pub machine: Machine,
    /// Listeners of Kafka with TLS, beside the plain one: for tests.
    pub kafka_tls: Option<KafkaTls>,
}

impl Options {
    /// These services on this machine, durable.
    ///
    /// # Errors
    /// Those of [`Machine::from_environment`].
    pub fn new(wanted: Wanted) -> Result<Self, Error> {
        Ok(Self {
            wanted,
            durability: Durability::Full,
            machine: Machine::from_environment()?,
            kafka_tls: None,
        })
    }

    /// The same, quicker and lost when the machine crashes.
    ///
    /// # Errors
    /// Those of [`Machine::from_environment`].
    pub fn for_tests(wanted: Wanted) -> Result<Self, Error> {
        Ok(Self {
            durability: Durability::Off,
            ..Self::new(wanted)?
        })
    }
}

/// Running private services. Dropping them stops them in order, as [`Services::stop`] does, and blocks meanwhile.
#[derive(Debug)]
pub struct Services {
    // In the order in which they are dropped: the registry needs PostgreSQL to the last.
    /// The schema registry, if it was wanted.
    pub registry: Option<Registry>,
    /// Kafka, if it was wanted.
    pub kafka: Option<Kafka>,
    /// PostgreSQL, if it was wanted or the registry was.
    pub postgres: Option<Postgres>,
    home: Arc<Home>,
}

impl Services {
    /// Starts what is wanted and waits until all of it is ready.
    ///
    /// The first start on a machine fetches the jars, and in a home it makes the data folders. A start that fails
    /// leaves nothing running.
    ///
    /// # Errors
    /// What is missing on the machine, what is in the way, or how a service failed, with the end of its log.
    pub async fn start(home: Home, options: Options) -> Result<Self, Error> {
        let home = Arc::new(home);
        let starting = {
            let home = Arc::clone(&home);
            tokio::task::spawn_blocking(move || Starting::prepare(home, options)).await??
        };
        let starting = Arc::new(starting);
        // Both to their ends, so that after a failure of one nothing of the other is still being started.
        let (storage, kafka) =
            tokio::join!(Starting::storage(&starting), Starting::kafka(&starting));
        let (postgres, registry) = storage?;
        let kafka = kafka?;
        let services = Self {
            registry,
            kafka,
            postgres,
            home,
        };
        starting.ports.save()?;
        services.publish_addresses()?;
        Ok(services)
    }

    /// The folder they live in.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Stops the registry and Kafka, then PostgreSQL, and releases the home.
    ///
    /// # Errors
    /// [`Error::Signal`] if one cannot be signalled.
    pub async fn stop(self) -> Result<(), Error> {
        remove_tree(&self.home.path().join(addresses::FILE))?;
        let registry = async {
            match &self.registry {
                Some(registry) => registry.stop().await,
                None => Ok(()),
            }
        };
        let kafka = async {
            match &self.kafka {
                Some(kafka) => kafka.stop().await,
                None => Ok(()),
            }
        };
        let (registry, kafka) = tokio::join!(registry, kafka);
        if let Some(postgres) = &self.postgres {
            postgres.stop().await?;
        }
        registry.and(kafka)
    }

    /// Waits until one of them has ended that was not asked to, and gives the [`Error::Ended`] that says how.
    pub async fn died(&self) -> Error {
        let of_postgres = self.postgres.as_ref().map(Postgres::process);
        let of_kafka = self.kafka.as_ref().map(Kafka::process);
        let of_registry = self.registry.as_ref().map(Registry::process);
        let processes = [of_postgres, of_kafka, of_registry];
        loop {
            for process in processes.iter().flatten() {
                if let Some(status) = process.exit_status() {
                    return Error::Ended {
                        service: process.service(),
                        status,
                        log: process.log().to_owned(),
                        tail: log::tail(process.log()),
                    };
                }
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    fn publish_addresses(&self) -> Result<(), Error> {
        let path = self.home.path().join(addresses::FILE);
        let text = serde_json::to_string_pretty(&Addresses::of(self)).map_err(|source| {
            Error::Damaged {
                path: path.clone(),
                reason: source.to_string(),
            }
        })?;
        write_private(&path, &text)
    }
}

/// What is found, fetched and chosen before the first service is started.
struct Starting {
    home: Arc<Home>,
    machine: Machine,
    durability: Durability,
    passwords: Passwords,
    ports: Ports,
    postgres_port: Option<u16>,
    kafka: Option<(Application, kafka::Ports, Option<KafkaTls>)>,
    registry: Option<(Application, u16)>,
}

impl Starting {
    fn prepare(home: Arc<Home>, options: Options) -> Result<Self, Error> {
        let Options {
            wanted,
            durability,
            machine,
            kafka_tls,
        } = options;
        let wanted = wanted.completed();
        machine.find("setpriv").ok_or(Error::NoSetpriv)?;
        let (kafka_application, registry_application) = applications(&machine, wanted)?;
        remove_tree(&home.path().join(addresses::FILE))?;
        // Before the ports are chosen, since they may still sit on them.
        for service in Service::ALL {
            pidfile::end_leftover(&home.pid_file(service), service)?;
        }
        let mut ports = Ports::load(&home.path().join("ports.json"), &machine)?;
        let postgres_port = wanted
            .postgres
            .then(|| ports.choose(Service::Postgres))
            .transpose()?;
        let kafka = kafka_application
            .map(|application| {
                let clients = ports.choose(Service::Kafka)?;
                let controller = ports.choose_kafka_controller()?;
                let of_kafka = kafka::Ports {
                    clients,
                    controller,
                };
                Ok::<_, Error>((application, of_kafka, kafka_tls))
            })
            .transpose()?;
        let registry = registry_application
            .map(|application| {
                let port = ports.choose(Service::Registry)?;
                Ok::<_, Error>((application, port))
            })
            .transpose()?;
        Ok(Self {
            passwords: Passwords::load_or_create(&home.path().join("passwords.json"))?,
            home,
            machine,
            durability,
            ports,
            postgres_port,
            kafka,
            registry,
        })
    }

    /// PostgreSQL, and then the registry, which keeps its schemas there.
    async fn storage(this: &Arc<Self>) -> Result<(Option<Postgres>, Option<Registry>), Error> {
        let Some(port) = this.postgres_port else {
            return Ok((None, None));
        };
        let postgres = blocking(this, move |starting| {
            Postgres::launch(
                Arc::clone(&starting.home),
                &starting.machine,
                port,
                &starting.passwords,
                starting.durability,
            )
        })
        .await?;
        postgres.ready().await?;
        let Some((application, registry_port)) = this.registry.clone() else {
            return Ok((Some(postgres), None));
        };
        Registry::make_database(&postgres, &this.passwords).await?;
        let registry = blocking(this, move |starting| {
            Registry::launch(
                Arc::clone(&starting.home),
                &starting.machine,
                &application,
                &starting.passwords,
                registry::Ports {
                    own: registry_port,
                    postgres: port,
                },
            )
        })
        .await?;
        registry.ready().await?;
        Ok((Some(postgres), Some(registry)))
    }

    async fn kafka(this: &Arc<Self>) -> Result<Option<Kafka>, Error> {
        let Some((application, ports, tls)) = this.kafka.clone() else {
            return Ok(None);
        };
        let kafka = blocking(this, move |starting| {
            let home = Arc::clone(&starting.home);
            Kafka::launch(home, &starting.machine, &application, (ports, tls))
        })
        .await?;
        kafka.ready().await?;
        Ok(Some(kafka))
    }
}

/// Java with the jars of Kafka and of the registry, where they are wanted.
fn applications(
    machine: &Machine,
    wanted: Wanted,
) -> Result<(Option<Application>, Option<Application>), Error> {
    if !wanted.kafka && !wanted.registry {
        return Ok((None, None));
    }
    let java = java::find(machine)?;
    let application = |wanted: bool, fetch: fn(&Machine) -> Result<PathBuf, Error>| {
        wanted
            .then(|| {
                Ok::<_, Error>(Application {
                    java: java.clone(),
                    folder: fetch(machine)?,
                })
            })
            .transpose()
    };
    Ok((
        application(wanted.kafka, jars::fetch_kafka)?,
        application(wanted.registry, jars::fetch_registry)?,
    ))
}

/// Runs what waits for programs and files on a thread that may wait.
async fn blocking<T: Send + 'static>(
    starting: &Arc<Starting>,
    work: impl FnOnce(&Starting) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let starting = Arc::clone(starting);
    tokio::task::spawn_blocking(move || work(&starting)).await?
}
