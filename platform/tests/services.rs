//! The platform against a real Kafka and a real schema registry, started by `embedded`.
//!
//! One set of services a run; each test has its own topic prefix and subject.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends where something unexpected happens"
)]

#[allow(dead_code, reason = "PostgreSQL wants certificate and key apart")]
#[path = "services/certificates.rs"]
mod certificates;
#[path = "services/ill_named.rs"]
mod ill_named;
#[path = "services/kafka.rs"]
mod kafka;
#[path = "services/registry.rs"]
mod registry;
#[path = "services/tls.rs"]
mod tls;

use std::sync::atomic::{AtomicU32, Ordering};

use embedded::Wanted;
use platform::configuration::{KafkaArgs, RegistryArgs};
use platform::registry::Registry;

const SERVICES: Wanted = Wanted {
    postgres: false,
    kafka: true,
    registry: true,
};

/// The broker, under a prefix that no other test has.
async fn kafka_args() -> KafkaArgs {
    let addresses = embedded::for_tests(SERVICES).await.unwrap();
    let mut args = KafkaArgs::plaintext(addresses.bootstrap_servers.unwrap());
    args.topic_prefix = format!("{}.", unique("test"));
    args.group_id = unique("group");
    args
}

async fn registry() -> Registry {
    let addresses = embedded::for_tests(SERVICES).await.unwrap();
    let url = addresses.schema_registry_url.unwrap();
    Registry::new(&RegistryArgs { url }).unwrap()
}

/// A name that no other test has, nor another run against the same services.
fn unique(name: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    format!("{name}-{}-{count}", now.as_nanos())
}
