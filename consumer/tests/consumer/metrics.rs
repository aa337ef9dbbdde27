//! What a running consumer tells of itself at /metrics and /readyz.

use std::time::Duration;

use embedded::{Options, Wanted, own_for_tests};

use crate::flow;
use crate::pipeline::{PARTITIONS, Pipeline};
use crate::unreadable;
use crate::warehouse::Warehouse;
use crate::watched::Watched;

const EVENTS: i64 = 300;
const LATER: i64 = 50;

fn synthetic(events: i64) -> Vec<domain::event::AdtEvent> {
    flow::synthetic(events.unsigned_abs())
}

/// Waits until something is so; the test's own time limit is the runner's.
async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_is_what_the_warehouse_holds() {
    let pipeline = Pipeline::new().await;
    let mut sendings = pipeline.sendings(&synthetic(EVENTS));
    let refused = unreadable::unreadable(&pipeline).await;
    sendings.extend(refused.iter().map(|it| it.sending.clone()));
    pipeline.send(&sendings).await;
    let sent = i64::try_from(sendings.len()).unwrap();
    let watched = Watched::start(&pipeline);
    pipeline.loaded_at_least(sent).await;
    let records = |outcome: &str| {
        let label = format!("outcome=\"{outcome}\"");
        watched.sum("wardflow_records_total", &label)
    };
    let count = async |sql: &str| pipeline.warehouse.count(sql).await;
    until(|| watched.sum("wardflow_records_total", "") >= sent).await;
    assert_eq!(
        records("loaded"),
        count("select count(*) from silver.adt_record").await
    );
    assert_eq!(
        records("duplicate"),
        count("select count(*) from ops.duplicate").await
    );
    let quarantined = count("select count(*) from ops.quarantine").await;
    assert!(quarantined > 0);
    assert_eq!(records("quarantined"), quarantined);
    let by_rules = watched.sum("wardflow_rule_hits_total", "action=\"quarantined\"");
    assert_eq!(by_rules, quarantined);
    assert_eq!(
        watched.sum("wardflow_end_to_end_latency_seconds_count", ""),
        sent
    );
    assert_eq!(watched.sum("wardflow_batch_records_sum", ""), sent);
    let event_time =
        "select floor(extract(epoch from max(recorded_at)))::bigint from silver.adt_record";
    let told = watched.sum("wardflow_loaded_event_time_seconds", "");
    assert_eq!(told, count(event_time).await);
    until(|| watched.series("wardflow_consumer_lag_records") == PARTITIONS.unsigned_abs() as usize)
        .await;
    until(|| watched.sum("wardflow_consumer_lag_records", "") == 0).await;
    let stored = format!(
        "select sum(next_offset)::bigint from ops.kafka_offset where topic = '{}'",
        watched.topic
    );
    let told = watched.sum("wardflow_consumer_loaded_offset", "");
    assert_eq!(told, count(&stored).await);

    // A consumer that leaves the census to another does not tell that hours are counted.
    let superuser = pipeline.warehouse.superuser().await;
    let hold = "select pg_advisory_lock(hashtext('wardflow census'))";
    superuser.batch_execute(hold).await.unwrap();
    let counted = || watched.value("wardflow_census_last_success_timestamp_seconds");
    // What was counted before may be told just now; then two more would follow.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = counted();
    tokio::time::sleep(Duration::from_secs(7)).await;
    assert_eq!(counted(), before);
    superuser
        .batch_execute("select pg_advisory_unlock_all()")
        .await
        .unwrap();
    until(|| counted() > before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_hangs_shows_in_lag_and_readiness() {
    let options = Options::for_tests(Wanted::POSTGRES).unwrap();
    let services = own_for_tests(options).await.unwrap();
    let postgres = services.postgres.as_ref().unwrap();
    let warehouse = Warehouse::new_on(&postgres.superuser_url("postgres")).await;
    let pipeline = Pipeline::into(warehouse).await;
    let events = synthetic(EVENTS + LATER);
    let (first, later) = events.split_at(usize::try_from(EVENTS).unwrap());
    pipeline.send(&pipeline.sendings(first)).await;
    let watched = Watched::start(&pipeline);
    pipeline.loaded_at_least(EVENTS).await;
    let status = || watched.ask("/readyz").map(|(status, _)| status);
    until(|| status().as_deref() == Some("HTTP/1.1 200 OK")).await;
    until(|| watched.series("wardflow_consumer_lag_records") > 0).await;

    postgres.pause().unwrap();
    pipeline.send(&pipeline.sendings(later)).await;
    let lag = || watched.sum("wardflow_consumer_lag_records", "");
    until(|| lag() == LATER).await;
    until(|| status().as_deref() == Some("HTTP/1.1 503 Service Unavailable")).await;
    let (_, body) = watched.ask("/readyz").unwrap();
    let (alive, _) = watched.ask("/healthz").unwrap();
    postgres.resume().unwrap();
    assert!(
        body.contains("Kafka: answers") && body.contains("database: "),
        "{body}"
    );
    assert_eq!(alive, "HTTP/1.1 200 OK");

    until(|| lag() == 0).await;
    pipeline.loaded_at_least(EVENTS + LATER).await;
    drop(watched);
    services.stop().await.unwrap();
}
