//! Whatever the cleaning lets through, PostgreSQL takes: its constraints have the last word on those
//! that `domain/tests/cleaning/constraint.rs` repeats.

#[path = "../../../domain/tests/cleaning/arbitrary.rs"]
mod event;

use domain::clean::{Cleaner, Refusal};
use domain::record::CleanedEvent;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use super::gold::Gold;
use super::partition::{self, Partition, now};
use super::ward_life::key;
use super::warehouse::{Warehouse, network};

const EVENTS: u128 = 4_000;
const BATCH_EVENTS: usize = 250;

type Outcome = Result<Box<CleanedEvent>, Refusal>;

/// What becomes of arbitrary events, the same in every run.
fn outcomes() -> Vec<Outcome> {
    let hospitals = network().hospitals.into_iter();
    let zones = hospitals.map(|hospital| (hospital.code, hospital.time_zone));
    let cleaner = Cleaner::new(key(), zones.filter(|(code, _)| is_named(code)));
    let mut runner = TestRunner::deterministic();
    let strategy = event::event();
    let outcome = |number| {
        let event = strategy.new_tree(&mut runner).unwrap().current();
        let cleaned = cleaner.clean(&event, Uuid::from_u128(number));
        cleaned.map(Box::new)
    };
    (1..=EVENTS).map(outcome).collect()
}

fn is_named(hospital_code: &str) -> bool {
    event::HOSPITALS.contains(&hospital_code)
}

#[tokio::test]
async fn whatever_the_cleaning_lets_through_is_loaded() {
    let warehouse = Warehouse::new().await;
    let reference = warehouse.digest().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut loader = partition::loader(&warehouse, &topic).await;
    let outcomes = outcomes();
    let mut log = Partition::new(0);
    for batch in outcomes.chunks(BATCH_EVENTS) {
        let batch = log.batch_of(batch.iter().cloned());
        loader.load(&batch, now()).await.unwrap();
    }
    let records = outcomes.iter().flatten().map(|event| &event.record);
    let loaded = records.clone().count();
    assert!((1_500..3_500).contains(&loaded), "{loaded}");
    let held = "select count(*) from silver.adt_record";
    assert_eq!(usize::try_from(warehouse.count(held).await), Ok(loaded));
    let refused = "select count(*) from ops.quarantine";
    let refused = usize::try_from(warehouse.count(refused).await);
    assert_eq!(refused, Ok(outcomes.len() - loaded));
    let gold = Gold::of(records, &warehouse.departments().await);
    assert_eq!(warehouse.digest().await, gold.digest(&reference));
    warehouse.assert_green().await;
}
