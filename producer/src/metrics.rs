//! What a producer counts (`docs/metrics.md`).

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use platform::metrics;
use platform::metrics::prometheus::{Gauge, IntCounter, IntCounterVec};

static HANDED: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counters(
        "wardflow_events_handed_total",
        "Events and statements that were handed to the Kafka client",
        &["topic"],
    )
});

static ACKNOWLEDGED: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counters(
        "wardflow_events_acknowledged_total",
        "Events and statements that all in-sync replicas have",
        &["topic"],
    )
});

static LAST: LazyLock<Gauge> = LazyLock::new(|| {
    metrics::measure(
        "wardflow_last_event_timestamp_seconds",
        "When the broker acknowledged an event or statement last",
    )
});

static SIMULATED: LazyLock<Gauge> = LazyLock::new(|| {
    metrics::measure(
        "wardflow_sent_event_time_seconds",
        "Simulated time up to which events were sent",
    )
});

/// What is counted of a topic.
#[derive(Debug, Clone)]
pub(crate) struct SentMetrics {
    pub(crate) handed: IntCounter,
    acknowledged: IntCounter,
}

impl SentMetrics {
    pub(crate) fn of(topic: &str) -> Self {
        Self {
            handed: HANDED.with_label_values(&[topic]),
            acknowledged: ACKNOWLEDGED.with_label_values(&[topic]),
        }
    }

    pub(crate) fn acknowledged(&self) {
        self.acknowledged.inc();
        LAST.set(seconds(Utc::now()));
    }
}

/// Simulated time has come to where an event was sent.
pub(crate) fn time_passed(to: DateTime<Utc>) {
    SIMULATED.set(seconds(to));
}

/// Seconds since 1970, to the millisecond.
fn seconds(time: DateTime<Utc>) -> f64 {
    metrics::timestamp_seconds(time.into())
}
