//! Who loads waits, who reads does not, and what is broken off has changed nothing.

use std::time::Duration;

use database::rebuild::{Progress, Rebuilt};
use database::{DatabaseError, erasure};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::place::{Place, events, rebuild_telling};
use crate::load::partition::now;
use crate::load::warehouse::{Role, Warehouse};

const ADMISSIONS: &str = "select count(*) from gold.fact_admission";

/// A rebuild in a task of its own.
struct Running {
    task: JoinHandle<Result<Option<Rebuilt>, DatabaseError>>,
    steps: mpsc::UnboundedReceiver<Progress>,
    interrupted: CancellationToken,
}

impl Running {
    async fn start(warehouse: &Warehouse) -> Self {
        let mut owner = warehouse.client(Role::Owner).await;
        let (tell, steps) = mpsc::unbounded_channel();
        let interrupted = CancellationToken::new();
        let token = interrupted.clone();
        let task = tokio::spawn(async move {
            rebuild_telling(&mut owner, &token, |step| tell.send(step).unwrap()).await
        });
        Self {
            task,
            steps,
            interrupted,
        }
    }

    async fn until(&mut self, wanted: impl Fn(Progress) -> bool) {
        while let Some(step) = self.steps.recv().await {
            if wanted(step) {
                return;
            }
        }
        panic!("it ended before");
    }
}

/// A warehouse of which an encounter in two was lost, with the digest from before.
async fn damaged() -> (Place, database::digest::Digest) {
    let place = Place::loaded().await;
    let right = place.warehouse.digest().await;
    place
        .run("delete from gold.fact_admission where encounter_key::text < '8'")
        .await;
    (place, right)
}

#[tokio::test]
async fn loaders_wait_and_readers_see_gold_as_it_was_until_it_is_done() {
    let mut undisturbed = Place::loaded().await;
    undisturbed.load(&events()[200..]).await;
    let expected = undisturbed.warehouse.digest().await;

    let (mut place, _) = damaged().await;
    let admissions = place.warehouse.count(ADMISSIONS).await;
    let held = place.hold_census().await;
    let mut running = Running::start(&place.warehouse).await;
    running.until(|step| step == Progress::Counting).await;

    let batch = place.batch(&events()[200..]);
    let mut lane = place.lane().await;
    let lane = tokio::spawn(async move { lane.load(&batch, now()).await });
    let analyst = place.warehouse.client(Role::Analyst).await;
    let read = analyst.query_one(ADMISSIONS, &[]);
    let read = tokio::time::timeout(Duration::from_secs(5), read).await;
    let read: i64 = read.unwrap().unwrap().get(0);
    assert_eq!(read, admissions);
    let views = "select from gold.admissions, gold.current_occupancy, gold.bed_occupancy limit 1";
    let read = analyst.query(views, &[]);
    let read = tokio::time::timeout(Duration::from_secs(5), read).await;
    read.unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!lane.is_finished() && !running.task.is_finished());

    drop(held);
    let rebuilt = running.task.await.unwrap().unwrap().unwrap();
    assert!(!rebuilt.is_same());
    assert!(lane.await.unwrap().unwrap().loaded > 0);
    assert_eq!(place.warehouse.digest().await, expected);
    place.warehouse.assert_green().await;
}

/// A lane that has its shards is waited for, and what it loads is folded.
#[tokio::test]
async fn a_rebuild_waits_for_a_batch_that_has_begun() {
    let (place, right) = damaged().await;
    let lane = place.warehouse.client(Role::Loader).await;
    let lock = "begin; select from ops.shard where shard = 3 for update";
    lane.batch_execute(lock).await.unwrap();
    let mut running = Running::start(&place.warehouse).await;
    running.until(|step| step == Progress::Waiting).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(running.steps.try_recv().is_err() && !running.task.is_finished());
    // Departments and staff have no shards, and their lanes wait for it all the same once it goes on.
    lane.batch_execute("commit").await.unwrap();
    running.task.await.unwrap().unwrap().unwrap();
    assert_eq!(place.warehouse.digest().await, right);
}

#[tokio::test]
async fn interrupted_or_killed_it_has_changed_nothing_and_can_be_done_again() {
    let (place, right) = damaged().await;
    let admissions = place.warehouse.count(ADMISSIONS).await;
    let wrong = place.warehouse.digest().await;
    for is_killed in [false, true] {
        let held = place.hold_census().await;
        let mut running = Running::start(&place.warehouse).await;
        running.until(|step| step == Progress::Counting).await;
        // It is amid a statement that waits.
        tokio::time::sleep(Duration::from_millis(500)).await;
        if is_killed {
            running.task.abort();
            assert!(running.task.await.unwrap_err().is_cancelled());
        } else {
            running.interrupted.cancel();
            assert_eq!(running.task.await.unwrap().unwrap(), None);
        }
        drop(held);
        assert_eq!(place.warehouse.count(ADMISSIONS).await, admissions);
        assert_eq!(place.warehouse.digest().await, wrong);
    }
    assert!(!place.rebuild().await.is_same());
    assert_eq!(place.warehouse.digest().await, right);
    place.warehouse.assert_green().await;
}

#[tokio::test]
async fn interrupted_while_it_waits_it_ends_at_once() {
    let (place, _) = damaged().await;
    let lane = place.warehouse.client(Role::Loader).await;
    let lock = "begin; select from ops.shard where shard = 3 for update";
    lane.batch_execute(lock).await.unwrap();
    let mut running = Running::start(&place.warehouse).await;
    running.until(|step| step == Progress::Waiting).await;
    running.interrupted.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(5), running.task).await;
    assert_eq!(ended.unwrap().unwrap().unwrap(), None);
}

/// What loaders left to do comes first, and whoever does it already is waited for.
#[tokio::test]
async fn interrupted_while_somebody_counts_beds_it_ends_at_once() {
    let (place, _) = damaged().await;
    let census = place.warehouse.superuser().await;
    let turn = "select pg_advisory_lock(hashtext('wardflow census'))";
    census.batch_execute(turn).await.unwrap();
    let mut running = Running::start(&place.warehouse).await;
    running.until(|step| step == Progress::Waiting).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(running.steps.try_recv().is_err() && !running.task.is_finished());
    running.interrupted.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(5), running.task).await;
    assert_eq!(ended.unwrap().unwrap().unwrap(), None);
}

/// Lanes that never stop loading, rebuild after rebuild: nobody deadlocks, and nothing is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rebuilds_amid_loading_lose_nothing() {
    let mut undisturbed = Place::loaded().await;
    let more = &events()[200..];
    undisturbed.load(more).await;
    let expected = undisturbed.warehouse.digest().await;

    let mut place = Place::loaded().await;
    let mut batches = Vec::new();
    for event in more {
        batches.push(place.batch(std::slice::from_ref(event)));
    }
    let mut lane = place.lane().await;
    let lane = tokio::spawn(async move {
        for batch in &batches {
            lane.load(batch, now()).await.unwrap();
        }
    });
    let mut rebuilds = 0;
    while !lane.is_finished() {
        place.rebuild().await;
        rebuilds += 1;
    }
    lane.await.unwrap();
    assert!(rebuilds > 0);
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    assert_eq!(place.warehouse.count(deadlocks).await, 0);
    assert_eq!(place.warehouse.digest().await, expected);
    place.warehouse.assert_green().await;
}

/// Of an erased patient silver holds nothing, so that gold has nothing.
#[tokio::test]
async fn an_erased_patient_stays_forgotten() {
    let place = Place::loaded().await;
    let owner = place.warehouse.client(Role::Owner).await;
    let hospital = &crate::load::warehouse::network().hospitals[0].code;
    let name = format!("{hospital}:P3");
    let key = crate::load::ward_life::key();
    let nowhere = (std::path::PathBuf::from("/nowhere"), Duration::ZERO);
    let mut eraser = erasure::Eraser::new(owner, &key, &name, nowhere)
        .await
        .unwrap();
    eraser.erase(None, now()).await.unwrap();
    let before = place.warehouse.digest().await;
    let rebuilt = place.rebuild().await;
    assert!(rebuilt.is_same() && rebuilt.patients == 7, "{rebuilt:?}");
    assert_eq!(place.warehouse.digest().await, before);
}
