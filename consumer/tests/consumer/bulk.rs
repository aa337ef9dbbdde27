//! All that the topics hold, into an empty warehouse at once.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use consumer::{ConsumerError, Settings};
use database::erasure::Eraser;
use database::fault::VARIABLE;
use database::rebuild::{Progress, Rebuilt};
use domain::event::AdtEvent;
use tokio_util::sync::CancellationToken;

use crate::dead_letters::{Scene, told};
use crate::flow;
use crate::hole::written_in_transactions;
use crate::pipeline::{KeyFile, PARTITIONS, Pipeline, key, until};
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

/// The rows that a query gives, as text.
async fn rows(warehouse: &Warehouse, sql: &str) -> Vec<String> {
    let client = warehouse.client(Role::Owner).await;
    let sql = format!("select row::text from ({sql}) as row order by 1");
    let rows = client.query(&sql, &[]);
    rows.await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// Records, refusals and duplicates are the same, one by one; but for letters that people discarded (ADT-007), and when.
async fn assert_same_books(one: &Warehouse, other: &Warehouse) {
    for sql in [
        "select topic_id, partition, kafka_offset, received_at, schema_id, md5(key) as key, md5(payload) as payload,
            array_length(headers, 1) as headers
        from bronze.kafka_record",
        "select patient_pseudonym, event_id, content_hash, topic_id, partition, kafka_offset from silver.adt_record",
        "select staff_pseudonym, statement_id, content_hash, topic_id, partition, kafka_offset from silver.staff_statement",
        "select quarantine_id, topic_id, partition, kafka_offset, received_on, rule, field, reason, attempts, retry_of
        from ops.quarantine",
        "select quarantine_id, state from ops.quarantine where rule <> 'ADT-007'",
        "select * from ops.duplicate",
        "select * from ops.erased_record",
        "select * from ops.schema",
        "select * from ops.offset_hole",
        "select * from ops.kafka_offset",
        "select * from vault.patient",
        "select * from vault.encounter",
        "select * from vault.staff",
    ] {
        assert_eq!(rows(one, sql).await, rows(other, sql).await, "{sql}");
    }
    assert_eq!(one.digest().await, other.digest().await);
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
    assert_same_books(&pipeline.warehouse, &by_consumers).await;
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

/// Erases the patient of an event.
async fn erase(warehouse: &Warehouse, event: &AdtEvent) {
    let (hospital, number) = (&event.hospital_code, &event.patient_id);
    let number = number.as_deref().unwrap();
    let name = format!("{}:{number}", hospital.as_deref().unwrap());
    let owner = warehouse.client(Role::Owner).await;
    let nowhere = (PathBuf::from("/nowhere"), Duration::ZERO);
    let mut eraser = Eraser::new(owner, &key(), &name, nowhere).await.unwrap();
    eraser.erase(None, chrono::Utc::now()).await.unwrap();
}

#[tokio::test]
async fn nothing_is_kept_of_who_was_erased_before() {
    let mut pipeline = Pipeline::new().await;
    let events = flow::synthetic(120);
    let erased = &events[7];
    let is_theirs = |event: &&AdtEvent| event.key() == erased.key();
    let mut sendings = pipeline.sendings(&events);
    // Another one's record under their key, and one of theirs that is refused.
    let other = events.iter().position(|it| !is_theirs(&it)).unwrap();
    sendings[other].key = erased.key().map(String::into_bytes);
    sendings.push(pipeline.sending(&AdtEvent {
        occurred_at: Some("10/23/64 21:09".into()),
        ..erased.clone()
    }));
    erase(&pipeline.warehouse, erased).await;
    pipeline.send(&sendings).await;
    pipeline.load(2, 7).await;
    let by_consumers = pipeline.lead_into(Warehouse::new().await);
    erase(&pipeline.warehouse, erased).await;
    bulk_load(&pipeline).await.unwrap();
    let theirs = 1 + i64::try_from(events.iter().filter(is_theirs).count()).unwrap();
    assert_eq!(
        count(&pipeline.warehouse, "ops.erased_record").await,
        theirs
    );
    let empty = "select count(*) from bronze.kafka_record where payload is null";
    assert_eq!(pipeline.warehouse.count(empty).await, theirs);
    assert_same_books(&pipeline.warehouse, &by_consumers).await;
    pipeline.warehouse.assert_green().await;
}

#[tokio::test]
async fn a_letter_that_was_refused_again_before_it_was_loaded_counts_both() {
    let mut scene = Scene::with_a_wrong_time().await;
    told(&scene.pipeline, &["redrive", scene.id(), "--json"], "");
    scene.pipeline.load(2, 7).await;
    let edit = ["edit", scene.id(), "--from", "-"];
    told(&scene.pipeline, &edit, &scene.mended());
    scene.pipeline.load(2, 7).await;
    let states = scene.states().await;
    assert_eq!(
        states,
        [("loaded".to_owned(), 2), ("discarded".to_owned(), 1)]
    );
    let by_consumers = scene.pipeline.lead_into(Warehouse::new().await);
    bulk_load(&scene.pipeline).await.unwrap();
    assert_eq!(scene.states().await, states);
    assert_same_books(&scene.pipeline.warehouse, &by_consumers).await;
    scene.assert_whole().await;
}

/// A consumer of another topic works in the same warehouse, and somebody looks at gold.
#[tokio::test]
async fn who_works_in_the_warehouse_waits_and_goes_on() {
    let other = Pipeline::new().await;
    let key = KeyFile::new();
    let mut running = other.program(&key.path()).spawn().unwrap();
    let pipeline = Pipeline::into(other.warehouse).await;
    let events = flow::synthetic(120);
    pipeline.send(&pipeline.sendings(&events)).await;
    until("the other one waits for records", async || {
        count(&pipeline.warehouse, "ops.kafka_offset").await > 0
    })
    .await;
    let mut analyst = pipeline.warehouse.client(Role::Analyst).await;
    let looking = analyst.transaction().await.unwrap();
    looking
        .query("select from gold.fact_admission", &[])
        .await
        .unwrap();
    let loading = bulk_load(&pipeline);
    let looking = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let sql = "select count(*) from gold.fact_location_stay";
        let rows: i64 = looking.query_one(sql, &[]).await.unwrap().get(0);
        looking.commit().await.unwrap();
        rows
    };
    let (loaded, seen) = tokio::join!(loading, looking);
    assert_eq!((loaded.unwrap().records, seen), (120, 0));
    pipeline.assert_gold_of(&events).await;
    running.kill().unwrap();
    running.wait().unwrap();
}

#[tokio::test]
async fn records_that_were_removed_before_they_were_read_are_told() {
    let pipeline = Pipeline::new().await;
    let key = KeyFile::new();
    let mut consumer = pipeline.program(&key.path()).spawn().unwrap();
    let noted = format!(
        "select count(*) from ops.kafka_offset where topic = '{}'",
        pipeline.topic
    );
    until("it has noted where it begins", async || {
        pipeline.warehouse.count(&noted).await == i64::from(PARTITIONS)
    })
    .await;
    consumer.kill().unwrap();
    consumer.wait().unwrap();
    let events = flow::synthetic(120);
    let sent = pipeline.send(&pipeline.sendings(&events)).await;
    pipeline.remove_records_before(sent[0].0, 2).await;
    let refused = bulk_load(&pipeline).await.unwrap_err().to_string();
    let told = "to be read from offset 0 on, and its log begins at 2";
    assert!(refused.contains(told), "{refused}");
    assert_empty(&pipeline.warehouse).await;
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
