//! What the ingester counts and measures (`docs/metrics.md`).

use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use domain::extract::{Kind, Sender, sent_by};
use platform::metrics::prometheus::{
    Gauge, Histogram, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec,
};
use platform::metrics::{self, MINUTES};
use rustix::fs::statvfs;

use crate::ingest::Tally;
use crate::progress::Summary;

static FILES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counters(
        "wardflow_files_total",
        "Files by kind (unknown: a delivery whose manifest cannot be used), and what became of them",
        &["kind", "outcome"],
    )
});

static LINES: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counters(
        "wardflow_lines_total",
        "Lines of loaded files by kind, and what became of them",
        &["kind", "outcome"],
    )
});

static LINE_RULE_HITS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counters(
        "wardflow_line_rule_hits_total",
        "Lines that a rule refused",
        &["kind", "rule"],
    )
});

static FILE_SECONDS: LazyLock<HistogramVec> = LazyLock::new(|| {
    metrics::histograms(
        "wardflow_file_duration_seconds",
        "From the first byte that is read of a file to its last row, of files that were loaded",
        &["kind"],
        &MINUTES,
    )
});

static ROUND_SECONDS: LazyLock<Histogram> = LazyLock::new(|| {
    metrics::histogram(
        "wardflow_ingest_round_duration_seconds",
        "Duration of a round of the ingester",
        &MINUTES,
    )
});

static ROUNDS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counters(
        "wardflow_ingest_rounds_total",
        "Rounds of the ingester: done to their end, interrupted, or failed",
        &["outcome"],
    )
});

static LAST_ROUND: LazyLock<Gauge> = LazyLock::new(|| {
    metrics::measure(
        "wardflow_ingest_last_success_timestamp_seconds",
        "When a round was last done to its end",
    )
});

static INTERVAL: LazyLock<Gauge> = LazyLock::new(|| {
    metrics::measure(
        "wardflow_ingest_interval_seconds",
        "Wall seconds from one round to the next, where nothing arrives",
    )
});

static LEFT: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_files_left",
        "Files that the last round left: waiting (perhaps still being written), missing, or stuck",
        &["state"],
    )
});

static ABSENT_EXTRACTS: LazyLock<IntGauge> = LazyLock::new(|| {
    metrics::gauge(
        "wardflow_absent_extracts",
        "Daily extracts of which there is no file between days of which there are, as of the last round",
    )
});

static DISK_FREE: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_disk_free_bytes",
        "Bytes that are free on the disk of a folder",
        &["folder"],
    )
});

static DISK_SIZE: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_disk_size_bytes",
        "Bytes of the disk of a folder",
        &["folder"],
    )
});

/// The kind of a file whose manifest cannot be used.
const UNKNOWN: &str = "unknown";

/// What becomes of a line.
const LINE_OUTCOMES: [&str; 4] = ["loaded", "duplicate", "quarantined", "erased"];

/// The families that are there before anything happens.
pub(crate) fn begin(interval: Duration) {
    INTERVAL.set(interval.as_secs_f64());
    for outcome in ["done", "failed"] {
        ROUNDS.with_label_values(&[outcome]);
    }
    // The first one of its kind would otherwise be no increase.
    let kinds = [Sender::Network, Sender::Hospital]
        .into_iter()
        .flat_map(sent_by);
    for kind in kinds {
        FILES.with_label_values(&[kind.name, "refused"]);
        for outcome in LINE_OUTCOMES {
            LINES.with_label_values(&[kind.name, outcome]);
        }
    }
    FILES.with_label_values(&[UNKNOWN, "refused"]);
    left(&Summary::default());
}

/// A file is loaded to its end.
pub(crate) fn file_loaded(kind: &Kind, tally: &Tally, took: Duration) {
    file(Some(kind), "loaded");
    let seconds = FILE_SECONDS.with_label_values(&[kind.name]);
    seconds.observe(took.as_secs_f64());
    let Tally {
        lines,
        quarantined,
        duplicates,
        erased,
        ..
    } = *tally;
    let taken = lines.saturating_sub(quarantined + duplicates + erased);
    let counts = [taken, duplicates, quarantined, erased];
    for (outcome, count) in LINE_OUTCOMES.into_iter().zip(counts) {
        LINES.with_label_values(&[kind.name, outcome]).inc_by(count);
    }
}

/// Something became of a file: `loaded`, `again` or `refused`.
pub(crate) fn file(kind: Option<&Kind>, outcome: &str) {
    let kind = kind.map_or(UNKNOWN, |kind| kind.name);
    FILES.with_label_values(&[kind, outcome]).inc();
}

/// A rule refuses a line.
pub(crate) fn line_refused(kind: &Kind, rule: &str) {
    LINE_RULE_HITS.with_label_values(&[kind.name, rule]).inc();
}

/// A round has ended.
pub(crate) fn round(took: Duration, outcome: &str, summary: &Summary) {
    ROUND_SECONDS.observe(took.as_secs_f64());
    ROUNDS.with_label_values(&[outcome]).inc();
    if outcome == "done" {
        LAST_ROUND.set(metrics::timestamp_seconds(SystemTime::now()));
    }
    left(summary);
}

fn left(summary: &Summary) {
    for (state, files) in [
        ("waiting", summary.waiting),
        ("missing", summary.missing),
        ("stuck", summary.stuck),
    ] {
        LEFT.with_label_values(&[state]).set(files.cast_signed());
    }
    ABSENT_EXTRACTS.set(summary.missing_days.cast_signed());
}

/// How full the disk of a folder is; one that is not there tells nothing.
pub(crate) fn disk(folder: &str, path: &Path) {
    let Ok(disk) = statvfs(path) else {
        return;
    };
    let bytes = |blocks: u64| i64::try_from(blocks.saturating_mul(disk.f_frsize));
    for (gauge, blocks) in [(&DISK_FREE, disk.f_bavail), (&DISK_SIZE, disk.f_blocks)] {
        let bytes = bytes(blocks).unwrap_or(i64::MAX);
        gauge.with_label_values(&[folder]).set(bytes);
    }
}
