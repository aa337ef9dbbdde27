//! What the broker said about the events so far.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use platform::kafka::{forward_error, forward_log};
use rdkafka::ClientContext;
use rdkafka::Message as _;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{DeliveryResult, ProducerContext};

use crate::metrics::SentMetrics;

/// The context of the client, which hears of each delivery.
#[derive(Debug)]
pub(super) struct Deliveries {
    acknowledged: AtomicU64,
    by_partition: Vec<AtomicU64>,
    failure: OnceLock<RDKafkaErrorCode>,
    metrics: SentMetrics,
}

impl Deliveries {
    pub(super) fn to(topic: &str, partitions: u32) -> Self {
        Self {
            acknowledged: AtomicU64::new(0),
            by_partition: (0..partitions).map(|_| AtomicU64::new(0)).collect(),
            failure: OnceLock::new(),
            metrics: SentMetrics::of(topic),
        }
    }

    /// What is counted for those who watch.
    pub(super) fn metrics(&self) -> &SentMetrics {
        &self.metrics
    }

    /// How many events are acknowledged.
    pub(super) fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Acquire)
    }

    /// How many events of a partition are.
    pub(super) fn acknowledged_in(&self, partition: u32) -> u64 {
        self.counter(partition)
            .map_or(0, |counter| counter.load(Ordering::Acquire))
    }

    /// Why the broker refused the first event that it refused for good.
    pub(super) fn failure(&self) -> Option<RDKafkaErrorCode> {
        self.failure.get().copied()
    }

    fn counter(&self, partition: u32) -> Option<&AtomicU64> {
        self.by_partition.get(usize::try_from(partition).ok()?)
    }
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        forward_log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        forward_error(&error, reason);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        match result {
            Ok(message) => {
                let partition = u32::try_from(message.partition()).ok();
                if let Some(counter) = partition.and_then(|partition| self.counter(partition)) {
                    counter.fetch_add(1, Ordering::Release);
                }
                self.acknowledged.fetch_add(1, Ordering::Release);
                self.metrics.acknowledged();
            }
            Err((error, _)) => {
                let code = error.rdkafka_error_code();
                self.failure
                    .get_or_init(|| code.unwrap_or(RDKafkaErrorCode::Fail));
            }
        }
    }
}
