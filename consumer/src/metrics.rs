//! What a consumer counts and measures, by topic (`docs/metrics.md`).

use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use database::load::{Batch, Load, Loaded};
use platform::metrics::prometheus::{
    Gauge, GaugeVec, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
};
use platform::metrics::{self, SECONDS, SIZES};

static RECORDS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counters(
        "wardflow_records_total",
        "Kafka records that were written to the warehouse, by what became of them",
        &["topic", "outcome"],
    )
});

static RULE_HITS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counters(
        "wardflow_rule_hits_total",
        "Kafka records of written batches that a record rule repaired or refused, duplicates among them",
        &["topic", "rule", "action"],
    )
});

static BATCH_RECORDS: LazyLock<HistogramVec> = LazyLock::new(|| {
    metrics::histograms(
        "wardflow_batch_records",
        "Records of a written batch",
        &["topic"],
        &SIZES,
    )
});

static BATCH_SECONDS: LazyLock<HistogramVec> = LazyLock::new(|| {
    metrics::histograms(
        "wardflow_batch_duration_seconds",
        "From a batch's close to its commit, the time in which the database was away included",
        &["topic"],
        &SECONDS,
    )
});

static LATENCY: LazyLock<HistogramVec> = LazyLock::new(|| {
    metrics::histograms(
        "wardflow_end_to_end_latency_seconds",
        "From a record's place in Kafka's log to its rows in gold",
        &["topic"],
        &SECONDS,
    )
});

static LAST_BATCH: LazyLock<GaugeVec> = LazyLock::new(|| {
    metrics::measures(
        "wardflow_last_batch_timestamp_seconds",
        "When a batch was written last",
        &["topic"],
    )
});

static LAST_RECORD: LazyLock<GaugeVec> = LazyLock::new(|| {
    metrics::measures(
        "wardflow_loaded_append_timestamp_seconds",
        "When the latest of the loaded records came to stand in Kafka's log",
        &["topic"],
    )
});

static EVENT_TIME: LazyLock<GaugeVec> = LazyLock::new(|| {
    metrics::measures(
        "wardflow_loaded_event_time_seconds",
        "Simulated time up to which records are loaded: when the latest of them was entered at its source",
        &["topic"],
    )
});

static LAG: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_consumer_lag_records",
        "Records of the log that are not loaded yet, of a partition that this consumer reads",
        &["topic", "partition"],
    )
});

static LOADED_OFFSET: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_consumer_loaded_offset",
        "Offset up to which a partition that this consumer reads is loaded",
        &["topic", "partition"],
    )
});

static REBALANCES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counters(
        "wardflow_partition_moves_total",
        "Partitions that were assigned to this consumer or revoked from it",
        &["topic", "move"],
    )
});

static PAUSED_LANES: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_paused_lanes",
        "Lanes whose partitions are paused until what waits is written",
        &["topic"],
    )
});

static LETTERS: LazyLock<IntCounter> = LazyLock::new(|| {
    metrics::counter(
        "wardflow_dead_letters_published_total",
        "Dead letters that this consumer published",
    )
});

static CENSUS: LazyLock<Gauge> = LazyLock::new(|| {
    metrics::measure(
        "wardflow_census_last_success_timestamp_seconds",
        "When this consumer last counted the hours that were to be counted, or found none",
    )
});

/// The metrics of a topic; cheap to clone.
#[derive(Clone)]
pub(crate) struct TopicMetrics {
    topic: String,
    loaded: IntCounter,
    duplicates: IntCounter,
    quarantined: IntCounter,
    erased: IntCounter,
    batch_records: Histogram,
    batch_seconds: Histogram,
    latency: Histogram,
    last_batch: Gauge,
    last_record: Gauge,
    event_time: Gauge,
    assigned: IntCounter,
    revoked: IntCounter,
    paused_lanes: IntGauge,
}

impl TopicMetrics {
    /// Those of a topic, at zero where nothing was counted yet. Time begins anew: a reset may have been.
    pub(crate) fn of(topic: &str) -> Self {
        let records = |outcome| RECORDS.with_label_values(&[topic, outcome]);
        let moves = |kind| REBALANCES.with_label_values(&[topic, kind]);
        let metrics = Self {
            topic: topic.to_owned(),
            loaded: records("loaded"),
            duplicates: records("duplicate"),
            quarantined: records("quarantined"),
            erased: records("erased"),
            batch_records: BATCH_RECORDS.with_label_values(&[topic]),
            batch_seconds: BATCH_SECONDS.with_label_values(&[topic]),
            latency: LATENCY.with_label_values(&[topic]),
            last_batch: LAST_BATCH.with_label_values(&[topic]),
            last_record: LAST_RECORD.with_label_values(&[topic]),
            event_time: EVENT_TIME.with_label_values(&[topic]),
            assigned: moves("assigned"),
            revoked: moves("revoked"),
            paused_lanes: PAUSED_LANES.with_label_values(&[topic]),
        };
        metrics.last_record.set(0.0);
        metrics.event_time.set(0.0);
        metrics.paused_lanes.set(0);
        metrics
    }

    /// A batch is committed.
    pub(crate) fn written<T: Load>(&self, batch: &Batch<T>, loaded: &Loaded, took: Duration) {
        self.loaded.inc_by(loaded.loaded);
        self.duplicates.inc_by(loaded.duplicates);
        self.quarantined.inc_by(loaded.quarantined);
        self.erased.inc_by(loaded.erased);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a batch has some thousand records"
        )]
        self.batch_records.observe(batch.records.len() as f64);
        self.batch_seconds.observe(took.as_secs_f64());
        let now = Utc::now();
        self.last_batch.set(seconds(now));
        for record in &batch.records {
            let waited = (now - record.received_at).to_std();
            self.latency
                .observe(waited.unwrap_or_default().as_secs_f64());
            self.count_rules(record.outcome.as_deref());
        }
        let received = batch.records.iter().map(|record| record.received_at);
        raise(&self.last_record, received.max());
        let events = batch
            .records
            .iter()
            .filter_map(|it| it.outcome.as_deref().ok());
        raise(&self.event_time, events.filter_map(T::recorded_at).max());
    }

    fn count_rules<T: Load>(&self, outcome: Result<&T, &domain::clean::Refusal>) {
        let hit = |rule: &domain::rule::Rule, action| {
            let labels = [&*self.topic, rule.code, action];
            RULE_HITS.with_label_values(&labels).inc();
        };
        match outcome {
            Ok(event) => event
                .repairs()
                .iter()
                .for_each(|rule| hit(rule, "repaired")),
            Err(refusal) => hit(refusal.rule, "quarantined"),
        }
    }

    /// Partitions came and went.
    pub(crate) fn moved(&self, assigned: usize, revoked: usize) {
        self.assigned.inc_by(assigned as u64);
        self.revoked.inc_by(revoked as u64);
    }

    /// A partition that this consumer reads is loaded up to an offset, and its log goes on to another.
    pub(crate) fn reached(&self, partition: i32, loaded: i64, end: i64) {
        let labels = [&*self.topic, &partition.to_string()];
        LOADED_OFFSET.with_label_values(&labels).set(loaded);
        LAG.with_label_values(&labels).set((end - loaded).max(0));
    }

    /// A partition is another's.
    pub(crate) fn left(&self, partition: i32) {
        let labels = [&*self.topic, &partition.to_string()];
        for gauge in [&LOADED_OFFSET, &LAG] {
            // It may never have been told.
            let _ = gauge.remove_label_values(&labels);
        }
    }

    /// A lane was paused, or goes on.
    pub(crate) fn paused(&self, is_paused: bool) {
        self.paused_lanes.add(if is_paused { 1 } else { -1 });
    }
}

/// Kafka has some dead letters; none, so that the count is told from 0 on.
pub(crate) fn letters_published(letters: usize) {
    LETTERS.inc_by(letters as u64);
}

/// All closed hours are counted.
pub(crate) fn census_counted() {
    CENSUS.set(seconds(Utc::now()));
}

/// Lets a gauge of time pass on, which several lanes tell.
fn raise(gauge: &Gauge, time: Option<DateTime<Utc>>) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    if let Some(time) = time {
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        gauge.set(gauge.get().max(seconds(time)));
    }
}

/// Seconds since 1970, to the millisecond.
fn seconds(time: DateTime<Utc>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact until the year 287396")]
    let milliseconds = time.timestamp_millis() as f64;
    milliseconds / 1_000.0
}
