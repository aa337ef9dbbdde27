//! Metrics: what a service counts and measures, for Prometheus.
//!
//! Names begin with `wardflow_` and end with the unit, as Prometheus' conventions say
//! (<https://prometheus.io/docs/practices/naming/>); `docs/metrics.md` lists them all. A label has few
//! values, which are known beforehand: no label holds anything of a person, a record or a file's name.
//!
//! They are kept in the process's one registry. Whoever runs several services in a process sees all of
//! them together.

use std::sync::LazyLock;
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    Encoder as _, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter,
    IntCounterVec, IntGauge, IntGaugeVec, Opts, TextEncoder,
};

pub use prometheus;

/// Durations from a millisecond to a minute, about three a power of ten.
pub const SECONDS: [f64; 15] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
];

/// Durations of work that may take minutes: from ten milliseconds to an hour.
pub const MINUTES: [f64; 14] = [
    0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 150.0, 300.0, 900.0, 3_600.0,
];

/// Sizes from one to a hundred thousand.
pub const SIZES: [f64; 11] = [
    1.0, 10.0, 50.0, 100.0, 500.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0, 50_000.0, 100_000.0,
];

static RETRIES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    counters(
        "wardflow_retries_total",
        "Calls to Kafka, the registry or the database that failed and are tried again, by what was tried",
        &["operation"],
    )
});

/// Counts a call that is tried again; `operation` is a constant of the code.
pub fn retried(operation: &str) {
    RETRIES.with_label_values(&[operation]).inc();
}

static BUILD: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    gauges(
        "wardflow_build_info",
        "1, with the service and its version as labels",
        &["service", "version"],
    )
});

/// Tells which program this is.
pub(crate) fn tell_build(service: &str) {
    let build = BUILD.with_label_values(&[service, env!("CARGO_PKG_VERSION")]);
    build.set(1);
}

static NEEDS: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    gauges(
        "wardflow_need_answers",
        "1 where what the service needs answered when it was asked last, else 0",
        &["need"],
    )
});

/// Tells whether something that the service needs answers.
pub(crate) fn need_answers(need: &str, does_answer: bool) {
    NEEDS.with_label_values(&[need]).set(does_answer.into());
}

/// All that is known now, in Prometheus' text format.
pub(crate) fn exposition() -> Result<(String, Vec<u8>), prometheus::Error> {
    let encoder = TextEncoder::new();
    let mut text = Vec::new();
    encoder.encode(&prometheus::gather(), &mut text)?;
    Ok((encoder.format_type().to_owned(), text))
}

/// A counter with labels.
///
/// # Panics
/// As all of these where a name is none, or is taken by another metric: names are constants, and a test
/// that starts the service meets each.
pub fn counters(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    registered(IntCounterVec::new(Opts::new(name, help), labels))
}

/// A counter.
pub fn counter(name: &str, help: &str) -> IntCounter {
    registered(IntCounter::new(name, help))
}

/// A gauge of whole numbers.
pub fn gauge(name: &str, help: &str) -> IntGauge {
    registered(IntGauge::new(name, help))
}

/// A gauge of whole numbers with labels.
pub fn gauges(name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
    registered(IntGaugeVec::new(Opts::new(name, help), labels))
}

/// A gauge of any number.
pub fn measure(name: &str, help: &str) -> Gauge {
    registered(Gauge::new(name, help))
}

/// A gauge of any number with labels.
pub fn measures(name: &str, help: &str, labels: &[&str]) -> GaugeVec {
    registered(GaugeVec::new(Opts::new(name, help), labels))
}

/// A histogram.
pub fn histogram(name: &str, help: &str, bounds: &[f64]) -> Histogram {
    let opts = HistogramOpts::new(name, help).buckets(bounds.to_vec());
    registered(Histogram::with_opts(opts))
}

/// A histogram with labels.
pub fn histograms(name: &str, help: &str, labels: &[&str], bounds: &[f64]) -> HistogramVec {
    let opts = HistogramOpts::new(name, help).buckets(bounds.to_vec());
    registered(HistogramVec::new(opts, labels))
}

#[expect(
    clippy::expect_used,
    reason = "names are constants of the code: where one is wrong, no start succeeds"
)]
fn registered<M: Collector + Clone + 'static>(metric: prometheus::Result<M>) -> M {
    let metric = metric.expect("a metric's name and labels");
    prometheus::register(Box::new(metric.clone())).expect("a metric's name is its own");
    metric
}

/// A time as seconds since 1970, as gauges of times hold it.
pub fn timestamp_seconds(time: std::time::SystemTime) -> f64 {
    let since = time.duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or(Duration::ZERO).as_secs_f64()
}
