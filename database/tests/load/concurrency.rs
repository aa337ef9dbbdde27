//! Two lanes that write the same patients at the same time.

use std::sync::Arc;

use database::Topic;
use database::load::{Batch, LoadError, Loader};
use domain::record::{AdtRecord, CleanedEvent};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::gold::Gold;
use super::partition::{self, Partition, now};
use super::random::Random;
use super::ward_life::WardLife;
use super::warehouse::Warehouse;

const PATIENTS: usize = 50;

/// How many of a lane's transactions on a patient the lanes begin together, with events that come
/// once: what one overwrites there, nothing mends.
const TOGETHER: usize = 10;

/// The records of two lanes, batch by batch.
struct Traffic {
    lanes: [Vec<Vec<CleanedEvent>>; 2],
}

impl Traffic {
    /// Batch n of either lane is about the same patient, and sometimes about others too. At first
    /// both lanes bring the same events, each in its own order.
    fn new(transactions_a_lane: usize) -> Self {
        let mut random = Random::new(3);
        let mut life = WardLife::new(5);
        let each = transactions_a_lane / PATIENTS;
        let mut lanes = [vec![Vec::new(); PATIENTS], vec![Vec::new(); PATIENTS]];
        for patient in 0..PATIENTS {
            let mut events = life.patient(&format!("P{patient}"), each + TOGETHER);
            for lane in &mut lanes {
                lane[patient] = events.split_off(events.len() - TOGETHER);
            }
            for lane in &mut lanes {
                random.shuffle(&mut events);
                lane[patient].extend_from_slice(&events);
            }
        }
        Self {
            lanes: lanes.map(|lane| batches(lane, &mut random)),
        }
    }

    fn records(&self) -> impl Iterator<Item = &AdtRecord> {
        let events = self.lanes.iter().flatten().flatten();
        events.map(|event| &event.record)
    }
}

/// One transaction a patient in turn, from the last event of each to the first.
fn batches(mut patients: Vec<Vec<CleanedEvent>>, random: &mut Random) -> Vec<Vec<CleanedEvent>> {
    let transactions: usize = patients.iter().map(Vec::len).sum();
    let mut batches = Vec::with_capacity(transactions);
    for transaction in 0..transactions {
        let event = patients[transaction % PATIENTS].pop().unwrap();
        let mut batch = vec![event];
        for _ in 0..2 {
            let other = &patients[random.below(PATIENTS)];
            if random.percent(15) && other.len() > TOGETHER {
                batch.push(other[other.len() - 1].clone());
            }
        }
        random.shuffle(&mut batch);
        batches.push(batch);
    }
    batches
}

/// Loads a lane's batches; an error is the end, since nobody tries again here.
async fn write(
    mut loader: Loader,
    batches: Vec<Batch>,
    together: Arc<Barrier>,
) -> Result<u64, LoadError> {
    let mut loaded = 0;
    let apart = batches.len() - TOGETHER * PATIENTS;
    for (number, batch) in batches.iter().enumerate() {
        if number >= apart {
            together.wait().await;
        }
        loaded += loader.load(batch, now()).await?.loaded;
    }
    Ok(loaded)
}

/// Both lanes at once; tells how many records they loaded.
async fn write_both(
    warehouse: &Warehouse,
    topic: &Topic,
    traffic: &Traffic,
) -> Result<u64, LoadError> {
    let together = Arc::new(Barrier::new(2));
    let mut lanes = JoinSet::new();
    for (number, batches) in (0..).zip(&traffic.lanes) {
        let mut partition = Partition::new(number);
        let batches = batches.iter().map(|batch| partition.batch(batch)).collect();
        let loader = partition::loader(warehouse, topic).await;
        lanes.spawn(write(loader, batches, Arc::clone(&together)));
    }
    let mut loaded = 0;
    while let Some(lane) = lanes.join_next().await {
        loaded += lane.unwrap()?;
    }
    Ok(loaded)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_lanes_on_the_same_patients_leave_what_serial_order_leaves() {
    let warehouse = Warehouse::new().await;
    let reference = warehouse.digest().await;
    let topic = partition::registered_topic(&warehouse).await;
    let traffic = Traffic::new(5_000);
    let loaded = write_both(&warehouse, &topic, &traffic).await.unwrap();

    let departments = warehouse.departments().await;
    let expected = Gold::of(traffic.records(), &departments).digest(&reference);
    assert_eq!(warehouse.digest().await, expected);
    let held = warehouse
        .count("select count(*) from silver.adt_record")
        .await;
    assert_eq!(u64::try_from(held), Ok(loaded));
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    assert_eq!(warehouse.count(deadlocks).await, 0);
    warehouse.assert_green().await;
}

/// That the test above can fail, and that nothing else than the lock keeps lanes apart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_shard_lock_two_lanes_on_the_same_patients_go_wrong() {
    let warehouse = Warehouse::new().await;
    let reference = warehouse.digest().await;
    let topic = partition::registered_topic(&warehouse).await;
    // `for update` finds the same shards, and no row to lock.
    let unlocked = "alter table ops.shard rename to shard_that_nobody_locks;
        create view ops.shard as select shard from generate_series(0, 5) as shards (shard);
        grant select, update on ops.shard to wardflow_loader;";
    warehouse
        .superuser()
        .await
        .batch_execute(unlocked)
        .await
        .unwrap();
    let traffic = Traffic::new(1_000);
    let outcome = write_both(&warehouse, &topic, &traffic).await;

    let departments = warehouse.departments().await;
    let expected = Gold::of(traffic.records(), &departments).digest(&reference);
    let is_right = outcome.is_ok() && warehouse.digest().await == expected;
    assert!(!is_right, "nothing went wrong without the lock");
}
