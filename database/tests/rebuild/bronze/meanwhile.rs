//! Lanes load, letters are published and sent again, and bronze is read again and again.

use std::time::Duration;

use database::letter::{self, State};
use database::rebuild::{Progress, from_bronze};
use domain::event::AdtEvent;
use platform::kafka::Topic;
use tokio_util::sync::CancellationToken;

use super::log::{Log, Sent};
use super::place::{Place, sent, stays};
use crate::load::ward_life::key;
use crate::load::warehouse::Role;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rebuilds_amid_loading_and_publishing_find_all_as_it_should_be() {
    let place = Place::loaded().await;
    let mut log = Log::<AdtEvent>::new(&place.warehouse, Topic::Events).await;
    let publisher = place.warehouse.client(Role::Loader).await;
    let events = stays(&["P5", "P6", "P7", "P8"]);
    let loading = tokio::spawn(async move {
        for event in &events {
            log.load(&[sent(event), Sent::bytes(b"garbage")]).await;
            let letters = letter::waiting(&publisher, 1, 1).await.unwrap();
            let ids: Vec<_> = letters.iter().map(|it| it.quarantine_id).collect();
            letter::published(&publisher, &ids).await.unwrap();
            let change = (&[State::Open][..], State::Discarded);
            letter::change(&publisher, &ids, change).await.unwrap();
        }
    });
    let mut rebuilds = 0;
    while !loading.is_finished() {
        let rebuilt = place.rebuild().await;
        // What came between the last census and its locks nobody has counted.
        let counted = "gold.fact_bed_occupancy";
        let tables = rebuilt.tables.iter().filter(|it| it.name != counted);
        let differ: Vec<_> = tables.filter(|it| !it.is_same()).collect();
        assert!(differ.is_empty(), "{differ:#?}");
        rebuilds += 1;
    }
    loading.await.unwrap();
    assert!(rebuilds > 0);
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    assert_eq!(place.count(deadlocks).await, 0);
    let rebuilt = place.rebuild().await;
    assert!(rebuilt.is_same(), "{rebuilt:#?}");
    assert_eq!((rebuilt.records, rebuilt.patients), (55 + 40, 8));
    place.warehouse.assert_green().await;
}

/// Who discards a letter holds no shard.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_that_is_discarded_meanwhile_is_so_afterwards() {
    let place = Place::loaded().await;
    place.warehouse.assert_green().await;
    place.run("delete from silver.adt_record").await;
    let letter = place.letter(39).await;
    let holder = place.warehouse.superuser().await;
    let hold = "begin; lock table gold.fact_bed_occupancy in exclusive mode";
    holder.batch_execute(hold).await.unwrap();
    let mut owner = place.warehouse.client(Role::Owner).await;
    let (told, mut steps) = tokio::sync::mpsc::unbounded_channel();
    let rebuild = tokio::spawn(async move {
        let tell = |step| told.send(step).unwrap();
        from_bronze(&mut owner, &key(), &CancellationToken::new(), tell).await
    });
    while steps.recv().await.unwrap() != Progress::Counting {}
    let client = place.warehouse.client(Role::Loader).await;
    let discard = tokio::spawn(async move {
        let change = (&[State::Open][..], State::Discarded);
        letter::change(&client, &[letter], change).await
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!discard.is_finished() && !rebuild.is_finished());
    drop(holder);
    assert!(!rebuild.await.unwrap().unwrap().unwrap().is_same());
    assert_eq!(discard.await.unwrap().unwrap(), 1);
    let discarded = [("discarded".to_owned(), 1)];
    assert_eq!(place.states(&[letter]).await, discarded);
    place.warehouse.assert_green().await;
}
