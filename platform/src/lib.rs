//! What every service needs of the outside world: configuration, logs, metrics, Kafka, Avro,
//! retry, shutdown.
//!
//! Nothing here knows what a service does with an event: that is `domain`'s (rules) and the
//! services' own. Every error answers [`fault::Fault`]: whether the data, the surroundings or the
//! configuration is to blame, and so whether to set the record aside, to try again, or to stop.

pub mod codec;
pub mod complaint;
pub mod configuration;
pub mod endpoint;
pub mod fault;
pub mod kafka;
pub mod logging;
pub mod metrics;
pub mod registry;
pub mod retry;
pub mod screen;
pub mod shutdown;
pub mod wire;
