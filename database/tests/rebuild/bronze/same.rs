//! Where silver, the vault and the books are what bronze says, a rebuild changes nothing.

use database::rebuild::{Progress, from_bronze};
use tokio_util::sync::CancellationToken;

use super::contents::assert_same;
use super::place::Place;
use crate::load::ward_life::key;
use crate::load::warehouse::Role;

#[tokio::test]
async fn what_lanes_loaded_is_the_same_afterwards_however_often_it_is_done() {
    let place = Place::loaded().await;
    // Beds are counted.
    place.warehouse.assert_green().await;
    let (before, digest) = (place.contents().await, place.warehouse.digest().await);
    for _ in 0..2 {
        let mut owner = place.warehouse.client(Role::Owner).await;
        let (token, mut steps) = (CancellationToken::new(), Vec::new());
        let rebuilt = from_bronze(&mut owner, &key(), &token, |step| steps.push(step)).await;
        let rebuilt = rebuilt.unwrap().unwrap();
        assert!(rebuilt.is_same(), "{rebuilt:#?}");
        assert_eq!((rebuilt.records, rebuilt.patients), (55, 4));
        let decoded = Progress::Decoding {
            records: 55,
            of: 55,
        };
        assert!(steps.contains(&decoded), "{steps:?}");
        assert_same(&before, &place.contents().await, "rebuilt");
        assert_eq!(place.warehouse.digest().await, digest);
    }
    place.warehouse.assert_green().await;
}

/// Statements by files and by network files are no Kafka records.
#[tokio::test]
async fn what_came_by_files_stays_as_it_is() {
    let place = Place::loaded().await;
    place
        .run(
            "insert into silver.staff_statement (
                staff_pseudonym, statement_id, content_hash, effective_at, recorded_at, hospital_code, status, repairs,
                file_id, line
            )
            select staff_pseudonym, gen_random_uuid(), content_hash, effective_at, recorded_at, hospital_code, status,
                '{}', 1, 2
            from silver.staff_statement;
            insert into vault.listed_staff (staff_pseudonym, staff_id, effective_at, content_hash)
            select staff_pseudonym, staff_id, effective_at, content_hash from vault.staff where effective_at is not null",
        )
        .await;
    let by_files = "select count(*) from silver.staff_statement where file_id is not null";
    let rows = place.count(by_files).await;
    assert!(rows > 0);
    // Gold follows them.
    place.rebuild().await;
    assert_eq!(place.count(by_files).await, rows);
    let before = place.contents().await;
    let rebuilt = place.rebuild().await;
    assert!(rebuilt.is_same(), "{rebuilt:#?}");
    assert_same(&before, &place.contents().await, "rebuilt");
}
