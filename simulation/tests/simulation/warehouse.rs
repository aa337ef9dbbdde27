//! A warehouse and a topic of one test's own, in the services that the tests share.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use consumer::{Limits, Settings, Until};
use database::initialise::{ROLES, initialise};
use database::{connect, migrate, seed};
use domain::network::Network;
use domain::pseudonym::PseudonymKey;
use embedded::Wanted;
use platform::configuration::{KafkaArgs, PseudonymKeyArgs, RegistryArgs};
use producer::destination::Destination;
use tokio::sync::Mutex;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

/// The key under which golden digests are made.
pub(super) fn demo_key_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo-pseudonym.key")
}

pub(super) struct Warehouse {
    pub(super) superuser_url: String,
    pub(super) loader_url: String,
    pub(super) kafka: KafkaArgs,
    pub(super) registry: RegistryArgs,
}

impl Warehouse {
    /// A migrated and seeded database, and names in Kafka that nobody else has.
    pub(super) async fn new() -> Self {
        // Roles are the server's: two tests must not make them at once.
        static ROLES_ARE_MADE: Mutex<()> = Mutex::const_new(());
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let addresses = embedded::for_tests(Wanted::ALL).await.unwrap();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("simulation_{}_{number}", std::process::id());
        let passwords = ROLES.map(|(role, _)| (role.to_owned(), password(role)));
        {
            let _one_at_a_time = ROLES_ARE_MADE.lock().await;
            let superuser_url = addresses.superuser_url("postgres").unwrap();
            initialise(Path::new("psql"), &superuser_url, &name, &passwords)
                .await
                .unwrap();
        }
        let superuser_url = addresses.superuser_url(&name).unwrap();
        let mut kafka = KafkaArgs::plaintext(addresses.bootstrap_servers.unwrap());
        kafka.topic_prefix = format!("{name}.");
        kafka.group_id.clone_from(&name);
        let warehouse = Self {
            loader_url: as_role(&superuser_url, "wardflow_loader"),
            superuser_url,
            kafka,
            registry: RegistryArgs {
                url: addresses.schema_registry_url.unwrap(),
            },
        };
        warehouse.prepare().await;
        warehouse
    }

    async fn prepare(&self) {
        migrate::migrate(&mut self.owner().await).await.unwrap();
        let mut loader = connect(&self.loader_url, "test").await.unwrap();
        let network = Network::embedded().unwrap();
        seed::seed(&mut loader, &network).await.unwrap();
    }

    pub(super) fn destination(&self) -> Destination {
        Destination {
            kafka: self.kafka.clone(),
            registry: self.registry.clone(),
            partitions: platform::kafka::PARTITIONS_DEFAULT,
        }
    }

    /// A connection that may see everything.
    pub(super) async fn superuser(&self) -> Client {
        connect(&self.superuser_url, "test").await.unwrap()
    }

    pub(super) async fn owner(&self) -> Client {
        connect(&self.owner_url(), "test").await.unwrap()
    }

    pub(super) async fn loader(&self) -> Client {
        connect(&self.loader_url, "test").await.unwrap()
    }

    /// A connection that may empty tables.
    pub(super) fn owner_url(&self) -> String {
        as_role(&self.superuser_url, "wardflow_owner")
    }

    /// Loads what the topic holds.
    pub(super) async fn load(&self) -> consumer::Summary {
        let settings = Settings {
            kafka: self.kafka.clone(),
            registry: self.registry.clone(),
            database_url: self.loader_url.clone(),
            key: demo_key(),
            lanes: 2,
            group_instance_id: None,
            limits: Limits::default(),
            until: Until::End,
        };
        consumer::run(settings, CancellationToken::new())
            .await
            .unwrap()
    }

    pub(super) async fn digest(&self) -> String {
        let mut loader = self.loader().await;
        let digest = database::digest::digest(&mut loader).await;
        digest.unwrap().sha256
    }

    pub(super) async fn assert_green(&self) {
        let mut loader = self.loader().await;
        let report = database::verify::verify(&mut loader).await.unwrap();
        assert_eq!(report.failed().collect::<Vec<_>>(), Vec::<&_>::new());
    }

    /// By which a command finds this warehouse and topic.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", self.loader_url.clone()),
            (
                "KAFKA_BOOTSTRAP_SERVERS",
                self.kafka.bootstrap_servers.clone(),
            ),
            ("KAFKA_TOPIC_PREFIX", self.kafka.topic_prefix.clone()),
            ("KAFKA_GROUP_ID", self.kafka.group_id.clone()),
            ("SCHEMA_REGISTRY_URL", self.registry.url.clone()),
        ]
    }
}

pub(super) fn demo_key() -> PseudonymKey {
    let pseudonym_key_file = demo_key_file();
    PseudonymKeyArgs { pseudonym_key_file }.load().unwrap()
}

fn password(role: &str) -> String {
    format!("password-of-{role}")
}

fn as_role(superuser_url: &str, role: &str) -> String {
    let (scheme, rest) = superuser_url.split_once("://").unwrap();
    let (_, server) = rest.split_once('@').unwrap();
    format!("{scheme}://{role}:{}@{server}", password(role))
}
