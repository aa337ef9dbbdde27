//! All that the topics hold, into an empty warehouse at once.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use consumer::{ConsumerError, Settings};
use database::erasure::Eraser;
use database::fault::VARIABLE;
use database::rebuild::{Progress, Rebuilt};
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::hole::written_in_transactions;
use crate::pipeline::{KeyFile, Pipeline, key};
use crate::rebuild::{loaded, rebuild};
use crate::storm::stormy;
use crate::warehouse::{Role, Warehouse};

fn settings(pipeline: &Pipeline) -> Settings {
    Settings {
        database_url: pipeline.warehouse.url(Role::Owner),
        ..pipeline.settings(2, 7)
    }
}

async fn bulk_load(pipeline: &Pipeline) -> Result<Rebuilt, ConsumerError> {
    let token = CancellationToken::new();
    let loaded = consumer::bulk_load(settings(pipeline), (&token, |_| {})).await;
    loaded.map(Option::unwrap)
}

/// The program itself.
fn program(pipeline: &Pipeline, key: &KeyFile) -> Command {
    let mut program = pipeline.command();
    program
        .args(["bulk-load", "--json"])
        .env("PSEUDONYM_KEY_FILE", key.path())
        .env("DATABASE_ADMIN_URL", pipeline.warehouse.url(Role::Owner));
    program
}

/// Every index with its definition, keys and all, but for those of bronze, which gets partitions.
async fn indexes(warehouse: &Warehouse) -> Vec<String> {
    let client = warehouse.client(Role::Owner).await;
    let sql =
        "select indexdef from pg_indexes where schemaname !~ '^(pg_|bronze)' order by indexdef";
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn count(warehouse: &Warehouse, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    warehouse.count(&sql).await
}

/// Nothing came of a load.
async fn assert_empty(warehouse: &Warehouse) {
    for table in ["bronze.kafka_record", "silver.adt_record", "ops.quarantine"] {
        assert_eq!(count(warehouse, table).await, 0, "{table}");
    }
    warehouse.assert_green().await;
}

#[tokio::test]
async fn a_load_at_once_is_what_consumers_load_garbage_and_letters_included() {
    let mut pipeline = loaded().await;
    let by_consumers = pipeline.lead_into(Warehouse::new().await);
    let indexes_before = indexes(&pipeline.warehouse).await;
    let told = bulk_load(&pipeline).await.unwrap();
    assert_eq!(
        pipeline.warehouse.digest().await,
        by_consumers.digest().await
    );
    assert_eq!(indexes(&pipeline.warehouse).await, indexes_before);
    let key = "select (count(*) = count(index.indrelid))::int::bigint
        from pg_inherits
        left join pg_index as index on index.indrelid = inhrelid and index.indisprimary
        where inhparent = 'bronze.kafka_record'::regclass";
    assert_eq!(
        pipeline.warehouse.count(key).await,
        1,
        "each day has its key"
    );
    for table in [
        "bronze.kafka_record",
        "silver.adt_record",
        "silver.staff_statement",
        "silver.department_statement",
        "silver.finding",
        "vault.patient",
        "vault.encounter",
        "vault.staff",
        "ops.duplicate",
        "ops.quarantine",
        "ops.schema",
        "ops.kafka_offset",
    ] {
        let rows = count(&pipeline.warehouse, table).await;
        assert_eq!(rows, count(&by_consumers, table).await, "{table}");
    }
    let records = count(&pipeline.warehouse, "bronze.kafka_record").await;
    assert_eq!(told.records.cast_signed(), records);
    pipeline.warehouse.assert_green().await;
    let rebuilt = rebuild(&pipeline).await;
    assert!(rebuilt.is_same(), "{rebuilt:#?}");

    // Consumers go on from there.
    assert_eq!(pipeline.load(2, 7).await.batches, 0);
    let events = flow::synthetic(260);
    pipeline.send(&pipeline.sendings(&events[150..])).await;
    let summary = pipeline.load(2, 7).await;
    assert_eq!((summary.loaded, summary.duplicates), (60, 50));
    pipeline.warehouse.assert_green().await;
}

#[tokio::test]
async fn offsets_without_a_record_are_noted() {
    let pipeline = Pipeline::new().await;
    let events = written_in_transactions(&pipeline);
    bulk_load(&pipeline).await.unwrap();
    assert!(count(&pipeline.warehouse, "ops.offset_hole").await > 0);
    pipeline.assert_loaded_once(&events).await;
}

#[tokio::test]
async fn where_something_was_loaded_nothing_is_changed() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(60);
    pipeline.send(&pipeline.sendings(&events[..30])).await;
    pipeline.load(2, 7).await;
    pipeline.send(&pipeline.sendings(&events[30..])).await;
    let refused = bulk_load(&pipeline).await.unwrap_err().to_string();
    assert!(refused.contains("only an empty one"), "{refused}");
    pipeline.load(2, 7).await;
    pipeline.assert_loaded_once(&events).await;
}

#[tokio::test]
async fn interrupted_anywhere_it_has_changed_nothing() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(120);
    pipeline.send(&pipeline.sendings(&events)).await;
    let is_late: [fn(&Progress) -> bool; 4] = [
        |step| matches!(step, Progress::Waiting),
        |step| matches!(step, Progress::Decoding { records, .. } if *records > 50),
        |step| matches!(step, Progress::Comparing { .. }),
        |step| matches!(step, Progress::Committing),
    ];
    for is_late in is_late {
        let token = CancellationToken::new();
        let tell = |step| {
            if is_late(&step) {
                token.cancel();
            }
        };
        let told = consumer::bulk_load(settings(&pipeline), (&token, tell)).await;
        assert_eq!(told.unwrap(), None);
        assert_empty(&pipeline.warehouse).await;
    }
    bulk_load(&pipeline).await.unwrap();
    pipeline.assert_loaded_once(&events).await;
}

#[tokio::test]
async fn a_storm_is_left_to_consumers() {
    let events = flow::synthetic(200);
    let pipeline = stormy(&events, 300).await;
    let refused = bulk_load(&pipeline).await.unwrap_err().to_string();
    assert!(
        refused.contains("ADT-001 has refused 201 of the last 1000"),
        "{refused}"
    );
    assert_empty(&pipeline.warehouse).await;
}

#[tokio::test]
async fn what_the_database_refuses_is_left_to_consumers() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(60);
    pipeline.send(&pipeline.sendings(&events)).await;
    let superuser = pipeline.warehouse.superuser().await;
    let guard = "alter table silver.adt_record add constraint not_this check (event_type <> 'A03')";
    superuser.batch_execute(guard).await.unwrap();
    let refused = bulk_load(&pipeline).await.unwrap_err().to_string();
    assert!(refused.contains("not_this"), "{refused}");
    let gone = "alter table silver.adt_record drop constraint not_this";
    superuser.batch_execute(gone).await.unwrap();
    assert_empty(&pipeline.warehouse).await;
}

#[tokio::test]
async fn nothing_is_kept_of_who_was_erased_before() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(120);
    let event = &events[7];
    let (hospital, number) = (&event.hospital_code, &event.patient_id);
    let number = number.as_deref().unwrap();
    let name = format!("{}:{number}", hospital.as_deref().unwrap());
    let owner = pipeline.warehouse.client(Role::Owner).await;
    let nowhere = (PathBuf::from("/nowhere"), Duration::ZERO);
    let mut eraser = Eraser::new(owner, &key(), &name, nowhere).await.unwrap();
    eraser.erase(None, chrono::Utc::now()).await.unwrap();
    // Nobody loads at once while somebody may erase.
    drop(eraser);
    pipeline.send(&pipeline.sendings(&events)).await;
    bulk_load(&pipeline).await.unwrap();
    let of_patient = events.iter().filter(|it| it.key() == event.key());
    let erased = i64::try_from(of_patient.count()).unwrap();
    assert_eq!(
        count(&pipeline.warehouse, "ops.erased_record").await,
        erased
    );
    let kept = "select count(*) from bronze.kafka_record where payload is null";
    assert_eq!(pipeline.warehouse.count(kept).await, erased);
    pipeline.warehouse.assert_green().await;
}

#[tokio::test]
async fn killed_before_its_commit_or_after_it_is_nothing_or_all() {
    let pipeline = Pipeline::new().await;
    let key = KeyFile::new();
    let events = flow::synthetic(120);
    pipeline.send(&pipeline.sendings(&events)).await;
    for fault in ["swap:kill:1", "bronze:kill:2", "commit:kill:1"] {
        let ended = program(&pipeline, &key)
            .env(VARIABLE, fault)
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), None, "{fault}");
        // Its connection may not have noticed yet.
        pipeline.warehouse.assert_green().await;
        assert_empty(&pipeline.warehouse).await;
    }
    let ended = program(&pipeline, &key)
        .env(VARIABLE, "sent:kill:1")
        .output();
    assert_eq!(ended.unwrap().status.code(), None);
    pipeline.assert_loaded_once(&events).await;
    let again = program(&pipeline, &key).output().unwrap();
    assert_eq!(again.status.code(), Some(1));
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(said.contains("only an empty one"), "{said}");
}
