//! Beds are counted beside the lanes, and nothing of that stops them.

use std::time::Duration;

use consumer::{Settings, Until};
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::pipeline::Pipeline;

#[tokio::test]
async fn a_census_that_fails_stops_no_lane_and_is_tried_again() {
    let pipeline = Pipeline::new().await;
    let warehouse = &pipeline.warehouse;
    let superuser = warehouse.superuser().await;
    let refuse = "revoke insert on gold.fact_bed_occupancy from wardflow_loader";
    superuser.batch_execute(refuse).await.unwrap();
    let events = flow::synthetic(400);
    let shutdown = CancellationToken::new();
    let settings = Settings {
        until: Until::Shutdown,
        ..pipeline.settings(2, 50)
    };
    let run = tokio::spawn(consumer::run(settings, shutdown.clone()));
    pipeline.send(&pipeline.sendings(&events[..200])).await;
    pipeline.loaded_at_least(200).await;
    // Nobody counts: what batches have left to do stays.
    let refused = "select count(*) from pg_stat_activity where application_name = 'wardflow census'
        and datname = current_database()";
    while warehouse.count(refused).await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    pipeline.send(&pipeline.sendings(&events[200..])).await;
    pipeline.loaded_at_least(400).await;
    let hours = "select count(*) from gold.fact_bed_occupancy";
    assert_eq!(warehouse.count(hours).await, 0);
    let allow = "grant insert on gold.fact_bed_occupancy to wardflow_loader";
    superuser.batch_execute(allow).await.unwrap();
    while warehouse.count(hours).await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    shutdown.cancel();
    run.await.unwrap().unwrap();
    pipeline.assert_loaded_once(&events).await;
}

#[tokio::test]
async fn who_loads_up_to_an_end_finds_all_closed_hours_counted() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(400);
    pipeline.send(&pipeline.sendings(&events)).await;
    pipeline.load(2, 100).await;
    let hours = "select count(*) from gold.fact_bed_occupancy";
    let counted = pipeline.warehouse.count(hours).await;
    assert!(counted > 0);
    pipeline.warehouse.digest().await;
    assert_eq!(pipeline.warehouse.count(hours).await, counted);
}
