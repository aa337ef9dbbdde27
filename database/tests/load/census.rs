//! The census beside lanes: whatever comes when, and whoever counts when, each closed hour ends up as
//! the model has it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use database::census;
use database::load::Batch;
use domain::event::Location;
use domain::history::Departments;
use domain::network::Hospital;
use domain::record::CleanedEvent;
use tokio::task::JoinSet;
use tokio_postgres::Client;

use super::gold::Gold;
use super::occupancy::{Hour, Place};
use super::partition::{self, Partition, now};
use super::random::Random;
use super::ward_life::{WardLife, start};
use super::warehouse::{Role, Warehouse, network};

/// The rows that stand there.
pub(super) async fn stored(client: &Client) -> BTreeMap<Place, Hour> {
    let rows = "select hospital_code, hour_starts_at, department_key, patients_at_start, arrivals,
        departures, patient_seconds from gold.fact_bed_occupancy";
    let rows = client.query(rows, &[]).await.unwrap();
    let row = |row: &tokio_postgres::Row| {
        let hour = Hour {
            patients_at_start: row.get(3),
            arrivals: row.get(4),
            departures: row.get(5),
            patient_time: TimeDelta::seconds(row.get(6)),
        };
        ((row.get(0), row.get(1), row.get(2)), hour)
    };
    rows.iter().map(row).collect()
}

/// The rows that must stand there, where these events are all.
pub(super) fn expected(
    events: &[CleanedEvent],
    departments: &Departments,
) -> BTreeMap<Place, Hour> {
    let records = events.iter().map(|event| &event.record);
    let mut hours = Gold::of(records, departments).hours();
    for hour in hours.values_mut() {
        hour.patient_time = TimeDelta::seconds(hour.patient_time.num_seconds());
    }
    hours
}

/// Some days of three hospitals, of which the third has too few patients to close an hour; in
/// disorder, with movements on the hour and at midnight, and encounters that stay open.
struct Days {
    life: WardLife,
    random: Random,
    hospitals: Vec<Hospital>,
}

impl Days {
    fn new(seed: u64) -> Self {
        Self {
            life: WardLife::new(seed),
            random: Random::new(seed),
            hospitals: network().hospitals.into_iter().take(3).collect(),
        }
    }

    fn events(&mut self, patients: usize) -> Vec<CleanedEvent> {
        let mut events = Vec::new();
        for patient in 0..patients {
            let hospital = if patient < 2 { 2 } else { patient % 2 };
            let hospital = self.hospitals[hospital].clone();
            self.encounter(&hospital, patient, &mut events);
        }
        self.random.shuffle(&mut events);
        events
    }

    fn encounter(&mut self, hospital: &Hospital, patient: usize, events: &mut Vec<CleanedEvent>) {
        let mut at = start() + self.wait(4 * 24 * 60);
        for trigger in ["A01", "A02", "A08", "A02", "A03"] {
            if self.random.percent(15) {
                continue;
            }
            let patient = format!("P{patient}");
            let mut event = self.life.event(trigger, &patient, Some("E1"), at);
            event.hospital_code = Some(hospital.code.clone());
            let departments = &hospital.departments;
            let known = &departments[self.random.below(departments.len().min(3))].code;
            let code = if self.random.percent(10) {
                "NOWHERE"
            } else {
                known
            };
            event.location = Some(Location {
                department_code: Some(code.to_owned()),
                ward: None,
                bed: None,
            });
            events.push(self.life.clean(&event));
            at += self.wait(36 * 60);
        }
    }

    /// Up to so many minutes and a part of one, or so many of an hour or day that begins then.
    fn wait(&mut self, minutes: usize) -> TimeDelta {
        let minutes = i64::try_from(self.random.below(minutes)).unwrap();
        if self.random.percent(10) {
            TimeDelta::days(minutes / (24 * 60))
        } else if self.random.percent(20) {
            TimeDelta::hours(minutes / 60)
        } else {
            let part = i64::try_from(self.random.below(60_000_000)).unwrap();
            TimeDelta::minutes(minutes) + TimeDelta::microseconds(part)
        }
    }

    /// Batches of any size, which together hold all events.
    fn batches(&mut self, mut events: Vec<CleanedEvent>) -> Vec<Vec<CleanedEvent>> {
        let mut batches = Vec::new();
        while !events.is_empty() {
            let size = 1 + self.random.below(12);
            batches.push(events.split_off(events.len().saturating_sub(size)));
        }
        batches
    }
}

#[tokio::test]
async fn counted_at_any_moment_between_batches_in_any_order_hours_are_those_of_the_model() {
    let warehouse = Warehouse::new().await;
    let reference = warehouse.digest().await;
    let departments = warehouse.departments().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut loader = partition::loader(&warehouse, &topic).await;
    let mut job = warehouse.client(Role::Loader).await;
    let mut log = Partition::new(0);
    let mut all = Vec::new();
    let mut counts = 0;
    // Each seed adds patients of its own to what is there.
    for seed in 1..=4 {
        let mut days = Days::new(seed);
        let mut events = days.events(30);
        for event in &mut events {
            let number = u128::from(seed) << 64;
            let xor = |id: &mut uuid::Uuid| *id = uuid::Uuid::from_u128(id.as_u128() ^ number);
            xor(&mut event.record.event_id);
            xor(&mut event.record.content_hash);
        }
        for batch in days.batches(events) {
            loader.load(&log.batch(&batch), now()).await.unwrap();
            all.extend(batch);
            if days.random.percent(40) {
                census::count(&mut job).await.unwrap();
                assert_eq!(stored(&job).await, expected(&all, &departments));
                counts += 1;
            }
        }
    }
    assert!(counts > 20, "{counts}");
    let gold = Gold::of(all.iter().map(|event| &event.record), &departments);
    assert!(gold.hours().len() > 1_000, "{}", gold.hours().len());
    assert_eq!(warehouse.digest().await, gold.digest(&reference));
    warehouse.assert_green().await;
    // Nothing is left to do, and nothing is kept of what was done.
    assert_eq!(census::count(&mut job).await.unwrap(), 0);
    let left =
        "select (select count(*) from ops.census_todo) + (select count(*) from ops.census_witness)";
    assert_eq!(warehouse.count(left).await, 8);
    forget(&warehouse).await;
    assert_eq!(warehouse.digest().await, gold.digest(&reference));
    warehouse.assert_green().await;
}

/// Takes away all that the census made and keeps, as if the migration met a warehouse that is loaded.
async fn forget(warehouse: &Warehouse) {
    let migration = include_str!("../../migrations/V13__bed_occupancy.sql");
    let (_, filling) = migration
        .split_once("insert into ops.census_witness")
        .unwrap();
    let (filling, _) = filling.split_once(';').unwrap();
    let forget = format!(
        "truncate gold.fact_bed_occupancy, ops.census_todo, ops.census_witness,
             ops.census_frontier, ops.census_roster;
         insert into ops.census_witness {filling}"
    );
    let superuser = warehouse.superuser().await;
    superuser.batch_execute(&forget).await.unwrap();
}

/// Counts as often as it can until the end, and breaks off every third time.
async fn count_on(warehouse: Warehouse, is_over: Arc<AtomicBool>) {
    let mut random = Random::new(8);
    for number in 0_u32.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let mut job = warehouse.client(Role::Loader).await;
        if number % 3 == 0 {
            let soon = Duration::from_micros(random.next() % 20_000);
            // Dropped in the middle, as by a crash.
            let _ = tokio::time::timeout(soon, census::count(&mut job)).await;
        } else {
            census::count_unless_busy(&mut job).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lanes_that_race_two_censuses_leave_no_hour_uncounted() {
    let warehouse = Warehouse::new().await;
    let departments = warehouse.departments().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut days = Days::new(5);
    let mut events = days.events(200);
    let all = events.clone();
    let halves = [events.split_off(events.len() / 2), events];
    let mut jobs = JoinSet::new();
    let is_over = Arc::new(AtomicBool::new(false));
    for _ in 0..2 {
        jobs.spawn(count_on(warehouse.clone(), Arc::clone(&is_over)));
    }
    let mut lanes = JoinSet::new();
    for (number, half) in (0..).zip(halves) {
        let mut log = Partition::new(number);
        let batches = days.batches(half);
        let batches: Vec<Batch> = batches.iter().map(|batch| log.batch(batch)).collect();
        let mut loader = partition::loader(&warehouse, &topic).await;
        lanes.spawn(async move {
            for batch in &batches {
                loader.load(batch, now()).await.unwrap();
            }
        });
    }
    // In the middle, too: hours that are not counted again yet are known as such.
    warehouse.assert_green().await;
    while let Some(lane) = lanes.join_next().await {
        lane.unwrap();
    }
    is_over.store(true, Ordering::Relaxed);
    while let Some(job) = jobs.join_next().await {
        job.unwrap();
    }
    let mut job = warehouse.client(Role::Loader).await;
    census::count(&mut job).await.unwrap();
    assert_eq!(stored(&job).await, expected(&all, &departments));
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    assert_eq!(warehouse.count(deadlocks).await, 0);
    warehouse.assert_green().await;
}

#[tokio::test]
async fn who_finds_a_census_running_goes_on_or_waits_as_he_likes() {
    let warehouse = Warehouse::new().await;
    let other = warehouse.client(Role::Loader).await;
    let turn = "select pg_advisory_lock(hashtext('wardflow census'))";
    other.batch_execute(turn).await.unwrap();
    let mut job = warehouse.client(Role::Loader).await;
    assert_eq!(census::count_unless_busy(&mut job).await.unwrap(), None);

    let waiting = tokio::spawn(async move { census::count(&mut job).await });
    let waits = "select count(*) from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())";
    while warehouse.count(waits).await == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(other);
    assert_eq!(waiting.await.unwrap().unwrap(), 0);
    let mut job = warehouse.client(Role::Loader).await;
    assert_eq!(census::count_unless_busy(&mut job).await.unwrap(), Some(0));
}
