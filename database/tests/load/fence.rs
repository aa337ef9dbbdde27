//! Exactly once: what a batch does that comes again, comes late or comes from a lane that lost its
//! partition, and what odd records do to gold.

use chrono::TimeDelta;
use database::load::{Batch, LoadError, Schema, Swap};
use database::storm::{self, Calm, Onset};
use database::{DatabaseError, offset};
use domain::event::AdtEvent;
use domain::record::CleanedEvent;

use super::gold::Gold;
use super::partition::{self, Partition, now};
use super::ward_life::{WardLife, start, text};
use super::warehouse::{Role, Warehouse};

/// The rows of every table that a batch may write.
const ROWS: &str = "select
    (select count(*) from bronze.kafka_record) + (select count(*) from silver.adt_record)
    + (select count(*) from ops.duplicate) + (select count(*) from ops.quarantine)
    + (select count(*) from vault.patient) + (select sum(next_offset) from ops.kafka_offset)::bigint";

#[tokio::test]
async fn a_batch_whose_answer_was_lost_changes_nothing_when_it_comes_again() {
    let warehouse = Warehouse::new().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut loader = partition::loader(&warehouse, &topic).await;
    let events = WardLife::new(1).patient("P1", 40);
    let batch = Partition::new(2).batch(&events);
    assert_eq!(loader.load(&batch, now()).await.unwrap().loaded, 40);
    let (digest, rows) = (warehouse.digest().await, warehouse.count(ROWS).await);

    let again = loader.load(&batch, now()).await;
    assert!(matches!(again, Err(LoadError::OffsetsMoved)), "{again:?}");
    assert_eq!(warehouse.digest().await, digest);
    assert_eq!(warehouse.count(ROWS).await, rows);
    warehouse.assert_green().await;
}

#[tokio::test]
async fn a_zombie_cannot_write_and_the_loader_works_on() {
    let warehouse = Warehouse::new().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut zombie = partition::loader(&warehouse, &topic).await;
    let mut owner = partition::loader(&warehouse, &topic).await;
    let events = WardLife::new(1).patient("P1", 30);
    let mut log = Partition::new(0);
    owner.load(&log.batch(&events[..10]), now()).await.unwrap();
    let second = log.batch(&events[10..20]);
    owner.load(&second, now()).await.unwrap();
    let (digest, rows) = (warehouse.digest().await, warehouse.count(ROWS).await);

    // The zombie stands where the owner stood, once with the same records and once with others.
    let others = WardLife::new(2).patient("P2", 10);
    let mut stale = Partition::new(0).batch(&others);
    stale.swaps[0] = second.swaps[0];
    for batch in [&second, &stale] {
        let refused = zombie.load(batch, now()).await;
        assert!(
            matches!(refused, Err(LoadError::OffsetsMoved)),
            "{refused:?}"
        );
    }
    assert_eq!(warehouse.digest().await, digest);
    assert_eq!(warehouse.count(ROWS).await, rows);
    // And it may take over where the offsets stand, by the same connection.
    let third = log.batch(&events[20..]);
    assert_eq!(zombie.load(&third, now()).await.unwrap().loaded, 10);
    warehouse.assert_green().await;
}

#[tokio::test]
async fn nobody_loads_a_partition_that_a_storm_holds_until_it_is_let_on() {
    let warehouse = Warehouse::new().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut loader = partition::loader(&warehouse, &topic).await;
    let events = WardLife::new(1).patient("P1", 30);
    let (mut log, mut other) = (Partition::new(0), Partition::new(1));
    let mut first = log.batch(&events[..10]);
    first.storm = Some(Onset {
        partition: 0,
        rule: "ADT-001",
        offset: first.swaps[0].next - 1,
        refused: 201,
    });
    loader.load(&first, now()).await.unwrap();
    let next = log.batch(&events[10..20]);
    let refused = loader.load(&next, now()).await;
    assert!(
        matches!(refused, Err(LoadError::OffsetsMoved)),
        "{refused:?}"
    );
    loader
        .load(&other.batch(&events[20..]), now())
        .await
        .unwrap();
    warehouse.assert_green().await;

    let storms = storm::holding(loader.client()).await.unwrap();
    assert_eq!(storms.len(), 1);
    assert!(
        storm::accept(loader.client(), &storms[0], now())
            .await
            .unwrap()
    );
    assert!(
        !storm::accept(loader.client(), &storms[0], now())
            .await
            .unwrap()
    );
    loader.load(&next, now()).await.unwrap();
    let open = storm::of_partition(loader.client(), &topic, 0)
        .await
        .unwrap();
    assert!(!open[0].is_held);
    let mut last = log.batch(&events[..5]);
    last.calms = vec![Calm {
        partition: 0,
        rule: "ADT-001".to_owned(),
    }];
    loader.load(&last, now()).await.unwrap();
    let open = storm::of_partition(loader.client(), &topic, 0)
        .await
        .unwrap();
    assert_eq!(open, []);
    warehouse.assert_green().await;
}

#[tokio::test]
async fn a_batch_of_two_partitions_is_refused_as_a_whole_where_one_has_moved() {
    let warehouse = Warehouse::new().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut loader = partition::loader(&warehouse, &topic).await;
    let events = WardLife::new(1).patient("P1", 20);
    let moved = Partition::new(1).batch(&events[..5]);
    loader.load(&moved, now()).await.unwrap();
    let rows = warehouse.count(ROWS).await;

    let mut both = Partition::new(0).batch(&events[5..]);
    both.swaps.push(Swap {
        partition: 1,
        expected: 0,
        next: 1,
    });
    let refused = loader.load(&both, now()).await;
    assert!(
        matches!(refused, Err(LoadError::OffsetsMoved)),
        "{refused:?}"
    );
    assert_eq!(warehouse.count(ROWS).await, rows);
    let client = warehouse.client(Role::Loader).await;
    let stored = offset::next_offset(&client, &topic.cluster_id, &topic.name, 0).await;
    assert_eq!(
        stored.unwrap(),
        Some(0),
        "the swap of partition 0 was rolled back"
    );
}

#[tokio::test]
async fn a_lost_shard_row_is_an_error_that_a_person_mends() {
    let warehouse = Warehouse::new().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut loader = partition::loader(&warehouse, &topic).await;
    let superuser = warehouse.superuser().await;
    superuser
        .batch_execute("delete from ops.shard")
        .await
        .unwrap();
    let batch = Partition::new(0).batch(&WardLife::new(1).patient("P1", 3));
    let refused = loader.load(&batch, now()).await;
    let Err(LoadError::Database(DatabaseError::State(words))) = refused else {
        panic!("{refused:?}");
    };
    assert!(words.contains("ops.shard"), "{words}");
}

#[tokio::test]
async fn contents_of_one_event_that_name_two_encounters_leave_the_row_of_one() {
    let mut life = WardLife::new(1);
    let event = life.event("A01", "P1", Some("E1"), start());
    let corrected = AdtEvent {
        encounter_id: Some("E2".to_owned()),
        recorded_at: Some(text(start() + TimeDelta::hours(1))),
        ..event.clone()
    };
    let contents = [life.clean(&event), life.clean(&corrected)];
    assert_any_delivery_is_as_the_model_says(&contents).await;
}

#[tokio::test]
async fn ties_late_events_and_places_that_nobody_knows_are_as_the_model_says() {
    let mut life = WardLife::new(11);
    let events = life.patient("P1", 60);
    assert_any_delivery_is_as_the_model_says(&events).await;
}

/// Makes batches of events.
type Deliver = fn(&mut Partition, &[CleanedEvent]) -> Vec<Batch>;

/// One after the other in the order given and in the opposite one, and all in one batch.
async fn assert_any_delivery_is_as_the_model_says(events: &[CleanedEvent]) {
    let deliveries: [Deliver; 3] = [
        |log, events| events.iter().map(|event| log.batch([event])).collect(),
        |log, events| {
            events
                .iter()
                .rev()
                .map(|event| log.batch([event]))
                .collect()
        },
        |log, events| vec![log.batch(events)],
    ];
    for deliver in deliveries {
        let warehouse = Warehouse::new().await;
        let reference = warehouse.digest().await;
        let topic = partition::registered_topic(&warehouse).await;
        let mut loader = partition::loader(&warehouse, &topic).await;
        for batch in deliver(&mut Partition::new(0), events) {
            loader.load(&batch, now()).await.unwrap();
        }
        let records = events.iter().map(|event| &event.record);
        let expected = Gold::of(records, &warehouse.departments().await).digest(&reference);
        assert_eq!(warehouse.digest().await, expected);
        warehouse.assert_green().await;
    }
}

#[tokio::test]
async fn a_schema_id_that_stands_for_another_schema_is_refused() {
    let warehouse = Warehouse::new().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut loader = partition::loader(&warehouse, &topic).await;
    let events = WardLife::new(1).patient("P1", 10);
    let mut log = Partition::new(0);
    loader.load(&log.batch(&events[..5]), now()).await.unwrap();
    let mut batch = log.batch(&events[5..]);
    let known = |definition: &str| Schema {
        id: 1,
        definition: definition.to_owned(),
    };
    batch.schemas = vec![known("\"string\"")];
    let refused = loader.load(&batch, now()).await.unwrap_err().to_string();
    assert!(
        refused.contains("schema id 1 is another schema"),
        "{refused}"
    );
    // Written otherwise it is the same.
    batch.schemas = vec![known(" { } ")];
    loader.load(&batch, now()).await.unwrap();
    warehouse.assert_green().await;
}

#[tokio::test]
async fn without_its_shard_a_patient_is_not_written() {
    let warehouse = Warehouse::new().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut loader = partition::loader(&warehouse, &topic).await;
    warehouse
        .superuser()
        .await
        .batch_execute("delete from ops.shard")
        .await
        .unwrap();
    let batch = Partition::new(0).batch(&WardLife::new(1).patient("P1", 5));
    let refused = loader.load(&batch, now()).await.unwrap_err().to_string();
    assert!(refused.contains("ops.shard has lost rows"), "{refused}");
}
