//! Where gold is what silver says, a rebuild changes nothing.

use std::collections::BTreeSet;

use database::digest::{TABLES, digest};
use database::rebuild::{Progress, tidy};
use database::verify;
use tokio_util::sync::CancellationToken;

use super::place::{Place, rebuild, rebuild_telling};
use crate::load::warehouse::Role;
use crate::verify::warehouse;

#[tokio::test]
async fn gold_worked_out_by_hand_is_what_a_rebuild_makes() {
    let mut client = warehouse::loaded().await;
    let before = digest(&mut client).await.unwrap();
    let sql = "set role wardflow_owner";
    client.batch_execute(sql).await.unwrap();
    let rebuilt = rebuild(&mut client).await;
    assert!(rebuilt.is_same(), "{rebuilt:?}");
    assert!(rebuilt.patients > 5, "{rebuilt:?}");
    let sql = "reset all; reset role";
    client.batch_execute(sql).await.unwrap();
    assert_eq!(digest(&mut client).await.unwrap(), before);
    let report = verify::verify(&mut client).await.unwrap();
    assert!(report.is_green());
    for (told, counted) in rebuilt.tables.iter().map(|table| {
        let counted = before.tables.iter().find(|it| it.name == table.name);
        ((table.name, table.rows), counted.unwrap())
    }) {
        assert_eq!(told, (counted.name, counted.rows));
    }
}

#[tokio::test]
async fn all_tables_of_the_digest_are_rebuilt_but_that_of_the_network_file() {
    let place = Place::loaded().await;
    let rebuilt = place.rebuild().await;
    let rebuilt: BTreeSet<_> = rebuilt.tables.iter().map(|table| table.name).collect();
    let digested = TABLES.iter().map(|table| table.name);
    let followed: BTreeSet<_> = digested.filter(|it| *it != "gold.dim_hospital").collect();
    assert_eq!(rebuilt, followed);
}

#[tokio::test]
async fn what_lanes_loaded_is_the_same_afterwards_however_often_it_is_done() {
    let place = Place::loaded().await;
    // Nobody has counted beds yet, which is no damage.
    let counted = "select count(*) from gold.fact_bed_occupancy";
    assert_eq!(place.warehouse.count(counted).await, 0);
    let mut before = None;
    for _ in 0..2 {
        let mut owner = place.warehouse.client(Role::Owner).await;
        let mut steps = Vec::new();
        let token = CancellationToken::new();
        let rebuilt = rebuild_telling(&mut owner, &token, |step| steps.push(step)).await;
        let rebuilt = rebuilt.unwrap().unwrap();
        assert!(rebuilt.is_same(), "{rebuilt:?}");
        assert_eq!(rebuilt.patients, 8);
        assert!(steps.contains(&Progress::Folding { patients: 8, of: 8 }));
        assert_eq!(steps.first(), Some(&Progress::Waiting));
        assert_eq!(steps.last(), Some(&Progress::Committing));
        tidy(&owner, &rebuilt).await.unwrap();
        let digest = place.warehouse.digest().await;
        assert_eq!(*before.get_or_insert(digest.clone()), digest);
    }
    assert!(place.warehouse.count(counted).await > 0);
    place.warehouse.assert_green().await;
}

#[tokio::test]
async fn a_warehouse_without_records_is_rebuilt() {
    let warehouse = crate::load::warehouse::Warehouse::new().await;
    let before = warehouse.digest().await;
    let rebuilt = rebuild(&mut warehouse.client(Role::Owner).await).await;
    assert!(rebuilt.is_same() && rebuilt.patients == 0, "{rebuilt:?}");
    assert_eq!(warehouse.digest().await, before);
    warehouse.assert_green().await;
}
