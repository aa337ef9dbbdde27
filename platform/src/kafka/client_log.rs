//! What librdkafka says, as events of `tracing`.

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{DeliveryResult, ProducerContext};

/// The context of a client that needs no callbacks: its lines are logged, its statistics left.
///
/// A context with callbacks of its own implements `log` and `error` by [`forward_log`] and
/// [`forward_error`]. librdkafka's lines name brokers, topics and offsets, never keys or values.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClientLog;

impl ClientContext for ClientLog {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        forward_log(level, facility, message);
    }

    fn stats_raw(&self, _statistics: &[u8]) {}

    fn error(&self, error: KafkaError, reason: &str) {
        forward_error(&error, reason);
    }
}

impl ConsumerContext for ClientLog {}

impl ProducerContext for ClientLog {
    type DeliveryOpaque = ();

    fn delivery(&self, _result: &DeliveryResult<'_>, _opaque: ()) {}
}

/// Logs a line of librdkafka under the target `librdkafka`.
pub fn forward_log(level: RDKafkaLogLevel, facility: &str, message: &str) {
    // Said of every producer: librdkafka calls a setting experimental that is chosen on purpose.
    if facility == "CONFWARN" && message.contains("enable.gapless.guarantee") {
        tracing::debug!(target: "librdkafka", facility, "{message}");
        return;
    }
    match level {
        RDKafkaLogLevel::Emerg
        | RDKafkaLogLevel::Alert
        | RDKafkaLogLevel::Critical
        | RDKafkaLogLevel::Error => tracing::error!(target: "librdkafka", facility, "{message}"),
        RDKafkaLogLevel::Warning => tracing::warn!(target: "librdkafka", facility, "{message}"),
        RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => {
            tracing::info!(target: "librdkafka", facility, "{message}");
        }
        RDKafkaLogLevel::Debug => tracing::debug!(target: "librdkafka", facility, "{message}"),
    }
}

/// Logs an error that concerns the client as a whole, such as a broker that went away.
///
/// A warning, since librdkafka mends these itself; what it cannot mend comes back from a call.
pub fn forward_error(error: &KafkaError, reason: &str) {
    // Who asked for the end of a partition hears of it by the call.
    if error.rdkafka_error_code() == Some(RDKafkaErrorCode::PartitionEOF) {
        return;
    }
    tracing::warn!(target: "librdkafka", %error, "{reason}");
}
