//! What is seen of a warehouse, as metrics (`docs/metrics.md`).

use std::sync::LazyLock;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use database::simulation::State;
use database::verify::Books;
use database::watch::Sight;
use platform::metrics::prometheus::{
    Gauge, GaugeVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
};
use platform::metrics::{self, timestamp_seconds};

static SIMULATED: LazyLock<GaugeVec> = LazyLock::new(|| {
    metrics::measures(
        "wardflow_simulated_time_seconds",
        "How far simulated time is",
        &[],
    )
});

static END: LazyLock<GaugeVec> = LazyLock::new(|| {
    metrics::measures(
        "wardflow_simulated_end_time_seconds",
        "Simulated time at which the days end",
        &[],
    )
});

static SPEED: LazyLock<Gauge> = LazyLock::new(|| {
    metrics::measure(
        "wardflow_simulation_speed_ratio",
        "Simulated seconds in a second, infinite where events do not wait",
    )
});

static STATE: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_simulation_state",
        "1 for the state that the simulation has, 0 for the others",
        &["state"],
    )
});

static CHANGED: LazyLock<Gauge> = LazyLock::new(|| {
    metrics::measure(
        "wardflow_simulation_changed_timestamp_seconds",
        "When state, speed or scenario of the simulation changed last",
    )
});

static EPOCH: LazyLock<IntGauge> =
    LazyLock::new(|| metrics::gauge("wardflow_simulation_epoch", "Grows with each reset, from 1"));

static SERVICES: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_services",
        "Services that follow the control channel: working, idle, or silent for ten seconds",
        &["service", "state"],
    )
});

static QUARANTINED: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_quarantined",
        "Records and lines that a rule refused, by what became of them",
        &["rule", "state"],
    )
});

static LETTERS: LazyLock<IntGauge> = LazyLock::new(|| {
    metrics::gauge(
        "wardflow_dead_letters_waiting",
        "Refused records that are still to be published as dead letters",
    )
});

static OLDEST_LETTER: LazyLock<GaugeVec> = LazyLock::new(|| {
    metrics::measures(
        "wardflow_dead_letters_oldest_timestamp_seconds",
        "When the oldest record was refused that is still to be published; none where none is",
        &[],
    )
});

static HELD: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_partition_held",
        "1 for a partition that stands still, as a rule refuses too much of it; none where none does",
        &["topic", "partition", "rule"],
    )
});

static OCCUPIED: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_occupied_beds",
        "Patients of a department at the end of the last closed hour of its hospital",
        &["hospital", "department"],
    )
});

static BEDS: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    metrics::gauges(
        "wardflow_beds",
        "Staffed beds of a department",
        &["hospital", "department"],
    )
});

static IMBALANCE: LazyLock<IntGauge> = LazyLock::new(|| {
    metrics::gauge(
        "wardflow_books_imbalance",
        "Records and lines that came and do not have exactly one outcome",
    )
});

static BOOKS_CHECKED: LazyLock<Gauge> = LazyLock::new(|| {
    metrics::measure(
        "wardflow_books_checked_timestamp_seconds",
        "When the books were last counted",
    )
});

static SIZE: LazyLock<IntGauge> = LazyLock::new(|| {
    metrics::gauge(
        "wardflow_database_size_bytes",
        "What the warehouse takes of its server's disk",
    )
});

static TRANSACTIONS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    metrics::counters(
        "wardflow_database_transactions_total",
        "Transactions of the warehouse, of everybody",
        &["outcome"],
    )
});

static DEADLOCKS: LazyLock<IntCounter> = LazyLock::new(|| {
    metrics::counter(
        "wardflow_database_deadlocks_total",
        "Deadlocks in the warehouse",
    )
});

static LOOKED: LazyLock<Gauge> = LazyLock::new(|| {
    metrics::measure(
        "wardflow_watch_last_success_timestamp_seconds",
        "When the warehouse was last looked at",
    )
});

/// Tells what is seen.
pub(super) fn tell(sight: &Sight) {
    let simulation = &sight.simulation;
    tell_time(&SIMULATED, simulation.simulated_at);
    tell_time(&END, sight.ends_at);
    SPEED.set(simulation.speed.unwrap_or(f64::INFINITY));
    for state in [State::Running, State::Paused, State::Resetting] {
        let is_it = state == simulation.state;
        let gauge = STATE.with_label_values(&[state.as_str()]);
        gauge.set(is_it.into());
    }
    CHANGED.set(timestamp_seconds(simulation.changed_at.into()));
    EPOCH.set(simulation.epoch);
    // What is not there any more is not told either.
    SERVICES.reset();
    for service in &sight.services {
        let state = match (service.is_alive(), service.is_working) {
            (false, _) => "silent",
            (true, true) => "working",
            (true, false) => "idle",
        };
        SERVICES.with_label_values(&[&*service.name, state]).inc();
    }
    QUARANTINED.reset();
    for quarantined in &sight.quarantine {
        let labels = [&*quarantined.rule, &*quarantined.state];
        QUARANTINED
            .with_label_values(&labels)
            .set(quarantined.refused);
    }
    LETTERS.set(sight.letters.waiting);
    tell_time(&OLDEST_LETTER, sight.letters.oldest_at);
    HELD.reset();
    for storm in &sight.storms {
        let partition = storm.partition.to_string();
        let labels = [&*storm.topic, &*partition, &*storm.rule];
        HELD.with_label_values(&labels).set(1);
    }
    OCCUPIED.reset();
    BEDS.reset();
    for department in &sight.departments {
        let labels = [&*department.hospital_code, &*department.department_code];
        OCCUPIED
            .with_label_values(&labels)
            .set(department.occupied_beds);
        BEDS.with_label_values(&labels).set(department.beds.into());
    }
    let server = &sight.server;
    SIZE.set(server.size_bytes);
    count(
        &TRANSACTIONS.with_label_values(&["committed"]),
        server.committed,
    );
    count(
        &TRANSACTIONS.with_label_values(&["rolled_back"]),
        server.rolled_back,
    );
    count(&DEADLOCKS, server.deadlocks);
    LOOKED.set(timestamp_seconds(SystemTime::now()));
}

/// Tells the books.
pub(super) fn tell_books(books: &Books) {
    IMBALANCE.set(books.imbalance());
    BOOKS_CHECKED.set(timestamp_seconds(SystemTime::now()));
}

/// A time that there may not be.
fn tell_time(gauge: &GaugeVec, time: Option<DateTime<Utc>>) {
    match time {
        Some(time) => gauge
            .with_label_values::<&str>(&[])
            .set(timestamp_seconds(time.into())),
        None => gauge.reset(),
    }
}

/// Brings a counter to what another counter says, which begins anew where its server does.
fn count(counter: &IntCounter, now: i64) {
    let now = now.unsigned_abs();
    if now < counter.get() {
        counter.reset();
    }
    counter.inc_by(now - counter.get());
}
