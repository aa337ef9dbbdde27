//! Kafka clients: how they are set up, topics, and what is asked of a cluster.
//!
//! The settings carry the delivery guarantees: a producer that keeps order and never gives up an
//! event by itself; a consumer that never moves an offset by itself and never starts anywhere but
//! where it was told to.

mod client_log;
mod cluster;
mod consumer;
mod error;
mod group;
mod headers;
mod probe;
mod producer;
mod refusals;
mod topic;

pub use client_log::{ClientLog, forward_error, forward_log};
pub use cluster::{Cluster, Watermarks};
pub use consumer::{consumer_config, create_consumer};
pub use error::KafkaFailure;
pub use headers::{Header, headers_of};
pub use probe::{Found, Probe};
pub use producer::{create_producer, producer_config};
pub use topic::{
    PARTITIONS_DEFAULT, RECORD_BYTES_MAX, Retention, Topic, TopicName, TopicProblem, TopicSpec,
};

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;

use crate::configuration::KafkaArgs;

/// What every client has: where the brokers are, and how to talk to them.
fn client_config(args: &KafkaArgs) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &args.bootstrap_servers)
        .set("security.protocol", args.security_protocol.as_str())
        .set("client.id", "wardflow")
        .set("socket.keepalive.enable", "true")
        // A broker that is back is found within two seconds, not within ten.
        .set("reconnect.backoff.max.ms", "2000");
    for (name, value) in args.security_settings.iter() {
        config.set(name, value);
    }
    // librdkafka asks the `log` crate for its level, which does not know `tracing`'s filters.
    config.set_log_level(client_log_level());
    config
}

fn client_log_level() -> RDKafkaLogLevel {
    if tracing::enabled!(target: "librdkafka", tracing::Level::DEBUG) {
        RDKafkaLogLevel::Debug
    } else if tracing::enabled!(target: "librdkafka", tracing::Level::INFO) {
        RDKafkaLogLevel::Info
    } else if tracing::enabled!(target: "librdkafka", tracing::Level::WARN) {
        RDKafkaLogLevel::Warning
    } else {
        RDKafkaLogLevel::Error
    }
}
