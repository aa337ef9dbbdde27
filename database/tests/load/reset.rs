//! The control channel and a reset: what is emptied, what stays, and who is kept from writing.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use database::file::{FileLoader, NewFile, TakenFile};
use database::load::{LoadError, Loader};
use database::simulation::{
    self, Epoch, Scenario, State, Turn, empty, in_epochs, open_epoch, set_paused, set_speed,
};
use database::{DatabaseError, Topic, offset};
use domain::extract::{Extract, PATIENTS};
use tokio_util::sync::CancellationToken;

use super::partition::{self, Partition, now};
use super::ward_life::WardLife;
use super::warehouse::{Role, Warehouse};

/// Rows of every table that a batch may write, reference data left out.
const ROWS: &str = "select
    (select count(*) from bronze.kafka_record) + (select count(*) from silver.adt_record)
    + (select count(*) from vault.patient) + (select count(*) from gold.fact_admission)
    + (select count(*) from ops.kafka_offset) + (select count(*) from bronze.file)";

async fn turn(warehouse: &Warehouse) -> Turn {
    let loader = warehouse.client(Role::Loader).await;
    Turn::take(loader).await.unwrap().unwrap()
}

/// A reset of an idle warehouse; the epoch that begins.
async fn reset(warehouse: &Warehouse) -> i64 {
    let turn = turn(warehouse).await;
    turn.begin().await.unwrap();
    let epoch = empty(&mut warehouse.client(Role::Owner).await)
        .await
        .unwrap();
    turn.end(10.0).await.unwrap();
    epoch
}

/// Waits for something that another task brings about.
async fn eventually<T, F: Future<Output = Option<T>>>(mut look: impl FnMut() -> F) -> T {
    loop {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_was_read_before_a_reset_is_not_written_after_it() {
    let warehouse = Warehouse::new().await;
    let fresh = warehouse.digest().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut zombie = partition::loader(&warehouse, &topic).await;
    let mut files = FileLoader::new(warehouse.client(Role::Loader).await, 6)
        .await
        .unwrap();
    let events = WardLife::new(1).patient("P1", 30);
    zombie
        .load(&Partition::new(0).batch(&events), now())
        .await
        .unwrap();
    let loaded = warehouse.digest().await;
    // The first batch of a partition begins at offset 0 in any epoch.
    let batch = Partition::new(1).batch(&WardLife::new(2).patient("P2", 10));

    assert_eq!(reset(&warehouse).await, 2);
    assert_eq!(warehouse.digest().await, fresh);
    assert_eq!(warehouse.count(ROWS).await, 0);
    warehouse.assert_green().await;
    let topic = partition::registered_topic(&warehouse).await;
    assert_eq!(topic.epoch, 2);
    let refused = zombie.load(&batch, now()).await;
    assert!(
        matches!(refused, Err(LoadError::Database(DatabaseError::WasReset))),
        "{refused:?}"
    );
    let refused = files.open(&patients(), now()).await;
    assert!(
        matches!(refused, Err(DatabaseError::WasReset)),
        "{refused:?}"
    );
    assert_eq!(
        warehouse.count(ROWS).await,
        i64::from(partition::PARTITIONS)
    );

    // The same again gives the same.
    let mut loader: Loader = partition::loader(&warehouse, &topic).await;
    loader
        .load(&Partition::new(0).batch(&events), now())
        .await
        .unwrap();
    assert_eq!(warehouse.digest().await, loaded);
    warehouse.assert_green().await;
}

/// A file that nobody has delivered.
fn patients() -> NewFile<'static> {
    NewFile {
        file: TakenFile {
            file_id: 0,
            kind: &PATIENTS,
            schema_version: 1,
            extract: Extract {
                hospital_code: Some("SOWETO".to_owned()),
                date: now().date_naive(),
                extracted_at: now(),
            },
            withdraws: true,
        },
        sha256: [7; 32],
        copy_sha256: None,
        erased: &[],
        bytes: 0,
        lines: 0,
        path: "a",
        quarantined: &[],
        duplicates: &[],
    }
}

#[tokio::test]
async fn where_a_partition_began_before_a_reset_is_not_noted_after_it() {
    let warehouse = Warehouse::new().await;
    let old = partition::registered_topic(&warehouse).await;
    reset(&warehouse).await;
    let client = warehouse.client(Role::Loader).await;
    offset::begin(&client, &old, 0, 5_000).await.unwrap();
    let noted = offset::next_offset(&client, &old.cluster_id, &old.name, 0).await;
    assert_eq!(noted.unwrap(), None);
}

#[tokio::test]
async fn from_its_beginning_to_its_end_nobody_begins_and_one_resets() {
    let warehouse = Warehouse::new().await;
    let mut client = warehouse.client(Role::Loader).await;
    let first = turn(&warehouse).await;
    first.begin().await.unwrap();
    let second = Turn::take(warehouse.client(Role::Loader).await).await;
    assert!(second.unwrap().is_none());
    let resetting = |refused: Option<DatabaseError>| {
        assert!(
            matches!(refused, Some(DatabaseError::Resetting)),
            "{refused:?}"
        );
    };
    resetting(open_epoch(&client).await.err());
    resetting(Topic::register(&mut client, "c", "t", 6).await.err());
    let files = FileLoader::new(warehouse.client(Role::Loader).await, 6).await;
    resetting(files.err());
    resetting(set_paused(&client, true).await.err());
    let (simulation, is_being_reset) = simulation::read(&client).await.unwrap();
    assert_eq!((simulation.state, is_being_reset), (State::Resetting, true));

    // Whoever is killed leaves it as it is, and the next one ends it.
    drop(first);
    eventually(async || {
        let (simulation, is_being_reset) = simulation::read(&client).await.unwrap();
        assert_eq!(simulation.state, State::Resetting);
        (!is_being_reset).then_some(())
    })
    .await;
    assert_eq!(reset(&warehouse).await, 2);
    assert_eq!(open_epoch(&client).await.unwrap(), 2);
}

#[tokio::test]
async fn a_batch_that_hangs_is_ended_and_leaves_nothing() {
    let warehouse = Warehouse::new().await;
    let topic = partition::registered_topic(&warehouse).await;
    let hangs = warehouse.client(Role::Loader).await;
    hangs
        .batch_execute("begin; update ops.kafka_offset set next_offset = 7")
        .await
        .unwrap();
    let turn = turn(&warehouse).await;
    turn.begin().await.unwrap();
    let mut owner = warehouse.client(Role::Owner).await;
    let waited = empty(&mut owner).await.unwrap_err();
    assert!(waited.is_transient(), "{waited}");
    assert_eq!(turn.end_transactions().await.unwrap(), 1);
    assert_eq!(empty(&mut owner).await.unwrap(), 2);
    turn.end(10.0).await.unwrap();
    assert!(hangs.batch_execute("commit").await.is_err());
    let held = "select count(*) from ops.kafka_offset";
    assert_eq!(warehouse.count(held).await, 0);
    assert_eq!(topic.epoch, 1);
    warehouse.assert_green().await;
}

#[tokio::test]
async fn a_service_stops_for_a_reset_and_begins_anew() {
    let warehouse = Warehouse::new().await;
    let url = warehouse.url(Role::Loader);
    let shutdown = CancellationToken::new();
    let begun = AtomicU32::new(0);
    let working = in_epochs((&url, "test"), &shutdown, |epoch: Epoch| {
        let begun = &begun;
        async move {
            begun.fetch_add(1, Ordering::Relaxed);
            let scenario = Scenario {
                seed: Some(u64::MAX),
                ..Scenario::default()
            };
            epoch.announce(&scenario, Some(50.0)).await.unwrap();
            epoch.pass(now());
            epoch.ending.cancelled().await;
            // What it says of an epoch that is over is void.
            match epoch.number {
                1 => Err(DatabaseError::State("the topic is another one".to_owned())),
                number => Ok(number),
            }
        }
    });
    let resetting = async {
        let client = warehouse.client(Role::Loader).await;
        eventually(async || {
            let (simulation, _) = simulation::read(&client).await.unwrap();
            (simulation.simulated_at == Some(now())).then_some(())
        })
        .await;
        set_speed(&client, Some(0.5)).await.unwrap();
        let turn = turn(&warehouse).await;
        turn.begin().await.unwrap();
        eventually(async || {
            let services = turn.services().await.unwrap();
            assert_eq!(services.len(), 1);
            assert_eq!(services[0].epoch, Some(1));
            (!services[0].is_working).then_some(())
        })
        .await;
        assert_eq!(begun.load(Ordering::Relaxed), 1);
        empty(&mut warehouse.client(Role::Owner).await)
            .await
            .unwrap();
        turn.end(10.0).await.unwrap();
        eventually(async || {
            let (simulation, _) = simulation::read(&client).await.unwrap();
            simulation.simulated_at.map(|_| simulation)
        })
        .await
    };
    let ending = async {
        let simulation = resetting.await;
        shutdown.cancel();
        simulation
    };
    let (worked, simulation) = tokio::join!(working, ending);
    assert_eq!(worked.unwrap(), 2);
    assert_eq!(begun.load(Ordering::Relaxed), 2);
    assert_eq!((simulation.epoch, simulation.state), (2, State::Running));
    // The speed is that of the channel, not that with which the service began.
    assert_eq!(simulation.speed, Some(0.5));
    assert_eq!(simulation.scenario.seed, Some(u64::MAX));
    // Who has ended is gone.
    let client = warehouse.client(Role::Loader).await;
    assert_eq!(simulation::services(&client).await.unwrap(), vec![]);
}
