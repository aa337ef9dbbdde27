use std::path::PathBuf;

use anyhow::Context as _;
use domain::pseudonym::PseudonymKey;
use platform::configuration::{KafkaArgs, PseudonymKeyArgs, RegistryArgs, try_parse_from};

/// Where everything is: what the environment names, and for the rest the private services.
#[derive(Clone)]
pub(crate) struct Addresses {
    /// `None` where the command needs no Kafka.
    pub(crate) bootstrap_servers: Option<String>,
    /// `None` where the command needs no registry.
    pub(crate) registry_url: Option<String>,
    pub(crate) loader_url: String,
    pub(crate) owner_url: Option<String>,
    pub(crate) analyst_url: Option<String>,
    /// `None` where a database that the environment names has no key named with it.
    pub(crate) key_file: Option<PathBuf>,
}

impl Addresses {
    /// Those of the environment, where it names every service.
    pub(crate) fn of_environment() -> Option<Self> {
        Some(Self {
            bootstrap_servers: Some(named("KAFKA_BOOTSTRAP_SERVERS")?),
            registry_url: Some(named("SCHEMA_REGISTRY_URL")?),
            loader_url: named("DATABASE_URL")?,
            owner_url: named("DATABASE_ADMIN_URL"),
            analyst_url: named("DATABASE_ANALYST_URL"),
            key_file: named("PSEUDONYM_KEY_FILE").map(PathBuf::from),
        })
    }

    /// The variables by which every command of the platform finds the services.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        [
            ("KAFKA_BOOTSTRAP_SERVERS", self.bootstrap_servers.clone()),
            ("SCHEMA_REGISTRY_URL", self.registry_url.clone()),
            ("DATABASE_URL", Some(self.loader_url.clone())),
            ("DATABASE_ADMIN_URL", self.owner_url.clone()),
            ("DATABASE_ANALYST_URL", self.analyst_url.clone()),
            (
                "PSEUDONYM_KEY_FILE",
                self.key_file
                    .as_ref()
                    .map(|path| path.display().to_string()),
            ),
        ]
        .into_iter()
        .filter_map(|(variable, value)| Some((variable, value?)))
        .collect()
    }

    /// Kafka, with the settings that the environment names (security, topic prefix, group).
    pub(crate) fn kafka(&self) -> anyhow::Result<KafkaArgs> {
        /// What a service reads of its environment.
        #[derive(clap::Parser)]
        struct FromEnvironment {
            #[command(flatten)]
            kafka: KafkaArgs,
        }
        let servers = self
            .bootstrap_servers
            .as_deref()
            .context("no Kafka is running")?;
        let arguments = ["simulation", "--kafka-bootstrap-servers", servers];
        let read = try_parse_from::<FromEnvironment>(arguments)
            .context("Kafka's settings in the environment")?;
        Ok(read.kafka)
    }

    pub(crate) fn registry(&self) -> RegistryArgs {
        RegistryArgs {
            url: self.registry_url.clone().unwrap_or_default(),
        }
    }

    pub(crate) fn key(&self) -> anyhow::Result<PseudonymKey> {
        let path = self.key_file.clone().context(
            "DATABASE_URL names a database, so PSEUDONYM_KEY_FILE must name its pseudonym key \
             (the demo key is for private databases): make one by \
             `(umask 077; openssl rand -hex 32 > pseudonym.key)`",
        )?;
        Ok(PseudonymKeyArgs {
            pseudonym_key_file: path,
        }
        .load()?)
    }
}

/// A variable that is set and not empty.
pub(crate) fn named(variable: &str) -> Option<String> {
    std::env::var(variable)
        .ok()
        .filter(|value| !value.is_empty())
}
