//! How PostgreSQL runs a lane's statements on large tables: by index, whatever it knows of them.

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use database::census;
use domain::record::CleanedEvent;
use tokio_postgres::Client;

use super::partition::{self, Partition, now};
use super::ward_life::{WardLife, start};
use super::warehouse::{Role, Warehouse};

/// Two hundred thousand records of other patients and what gold might hold of them.
const OTHERS: &str = include_str!("others.sql");

/// Reads of whole tables that silver and gold have seen, small dimensions left out.
const WHOLE_READS: &str = "select coalesce(sum(seq_scan), 0)::bigint from pg_stat_user_tables
    where schemaname in ('silver', 'gold')
        and relname not in ('dim_date', 'dim_hospital', 'dim_department')";

async fn with_others() -> Warehouse {
    let warehouse = Warehouse::new().await;
    warehouse
        .superuser()
        .await
        .batch_execute(OTHERS)
        .await
        .unwrap();
    warehouse
}

/// Every statement of the loader that is planned: all but COPY and settings.
fn statements() -> Vec<(PathBuf, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/load")];
    let mut statements = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let sql = std::fs::read_to_string(&path).unwrap();
            let first = sql.lines().find(|line| !line.starts_with("--")).unwrap();
            if !first.starts_with("copy") && !first.starts_with("set ") {
                statements.push((path, sql));
            }
        }
    }
    statements
}

/// A connection as a lane has it.
async fn lane(warehouse: &Warehouse) -> Client {
    let client = warehouse.client(Role::Loader).await;
    let session = include_str!("../../sql/load/session.sql");
    client.batch_execute(session).await.unwrap();
    client
}

/// The plan for any parameters, which is the one that lanes use.
async fn plan(lane: &Client, sql: &str) -> String {
    lane.batch_execute(&format!("prepare lane as {sql}"))
        .await
        .unwrap();
    let types =
        "select cardinality(parameter_types) from pg_prepared_statements where name = 'lane'";
    let parameters: i32 = lane.query_one(types, &[]).await.unwrap().get(0);
    let nulls = vec!["null"; usize::try_from(parameters).unwrap()].join(", ");
    let explain = format!("explain (verbose, costs off) execute lane ({nulls})");
    let rows = lane.query(&explain, &[]).await.unwrap();
    lane.batch_execute("deallocate lane").await.unwrap();
    let lines: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
    lines.join("\n")
}

fn reads_a_whole_table(plan: &str) -> bool {
    ["silver", "gold"]
        .iter()
        .any(|schema| plan.contains(&format!("Seq Scan on {schema}.")))
}

#[tokio::test]
async fn no_statement_of_a_lane_reads_silver_or_gold_as_a_whole() {
    let warehouse = with_others().await;
    let statements = statements();
    assert!(statements.len() >= 15, "{statements:?}");
    for analyze in ["", "analyze"] {
        warehouse
            .superuser()
            .await
            .batch_execute(analyze)
            .await
            .unwrap();
        let lane = lane(&warehouse).await;
        for (path, sql) in &statements {
            let plan = plan(&lane, sql).await;
            assert!(!reads_a_whole_table(&plan), "{}\n{plan}", path.display());
        }
        // The test would see one.
        let unindexed = "select from silver.adt_record where ward = any($1::text[])";
        assert!(reads_a_whole_table(&plan(&lane, unindexed).await));
    }
}

/// Of 2,500 patients, in two batches of 5,000: admissions and discharges, then what came late.
fn punctual_and_late() -> [Vec<CleanedEvent>; 2] {
    let mut life = WardLife::new(1);
    let mut at = |hour, trigger, patient: usize| {
        let id = format!("P{patient}");
        let event = life.event(trigger, &id, Some("E1"), start() + TimeDelta::hours(hour));
        life.clean(&event)
    };
    let punctual = (0..2_500).flat_map(|patient| [at(10, "A01", patient), at(20, "A03", patient)]);
    let punctual = punctual.collect();
    let late = (0..2_500).flat_map(|patient| [at(9, "A08", patient), at(15, "A02", patient)]);
    [punctual, late.collect()]
}

/// What a batch really does, its triggers included.
#[tokio::test]
async fn no_batch_reads_silver_or_gold_as_a_whole_even_if_all_of_it_is_late() {
    let warehouse = with_others().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut log = Partition::new(0);
    for events in punctual_and_late() {
        let mut loader = partition::loader(&warehouse, &topic).await;
        let before = warehouse.count(WHOLE_READS).await;
        let loaded = loader.load(&log.batch(&events), now()).await.unwrap();
        assert_eq!(loaded.loaded, 5_000);
        assert!(loaded.derived_rows > 5_000);
        // What a session counted is known once its next transaction ends.
        let flush = "select pg_stat_force_next_flush()";
        loader.client().batch_execute(flush).await.unwrap();
        assert_eq!(warehouse.count(WHOLE_READS).await, before);
    }
    // The test would see one.
    let before = warehouse.count(WHOLE_READS).await;
    let reader = warehouse.superuser().await;
    let read = "select count(*) from silver.adt_record; select pg_stat_force_next_flush()";
    reader.batch_execute(read).await.unwrap();
    reader.batch_execute("select").await.unwrap();
    assert!(warehouse.count(WHOLE_READS).await > before);
}

/// Stays that were ever read, by whatever way.
const STAYS_READ: &str = "select (seq_tup_read + idx_tup_fetch)::bigint from pg_stat_user_tables
    where schemaname = 'gold' and relname = 'fact_location_stay'";

#[tokio::test]
async fn a_census_reads_the_stays_of_the_days_that_it_counts_and_no_others() {
    let warehouse = Warehouse::new().await;
    let others = "insert into gold.fact_location_stay (
            encounter_key, arrived_at, left_at, stay_number, patient_key, patient_pseudonym,
            hospital_code, department_key
        )
        select id, at, at + interval '1 hour', 1, id, id, 'ROSEBANK', id
        from (
            select gen_random_uuid() as id, timestamptz '2026-01-01' + number * interval '1 minute' as at
            from generate_series(1, 20000) as numbers (number)
        ) as stay";
    let superuser = warehouse.superuser().await;
    superuser.batch_execute(others).await.unwrap();
    let topic = partition::registered_topic(&warehouse).await;
    let mut loader = partition::loader(&warehouse, &topic).await;
    let mut job = warehouse.client(Role::Loader).await;
    let mut log = Partition::new(0);
    let mut life = WardLife::new(1);
    let (mut read, mut written) = (Vec::new(), 0);
    // The first census counts all there is, of departments that nobody knows.
    for hours in [1, 10] {
        let at = |patient: i64| start() + TimeDelta::hours(hours + patient);
        let events = (0..3).map(|patient| {
            let event = life.event("A01", &format!("P{patient}"), Some("E1"), at(patient));
            life.clean(&event)
        });
        let events: Vec<_> = events.collect();
        loader.load(&log.batch(&events), now()).await.unwrap();
        let before = warehouse.count(STAYS_READ).await;
        written = census::count(&mut job).await.unwrap();
        let flush = "select pg_stat_force_next_flush()";
        job.batch_execute(flush).await.unwrap();
        read.push(warehouse.count(STAYS_READ).await - before);
    }
    assert!(read[0] >= 20_000 && read[1] < 20, "{read:?}");
    assert!(written > 0);
}
