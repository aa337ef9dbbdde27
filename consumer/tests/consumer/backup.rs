//! A dump that is taken while consumers load is a warehouse of one moment: restored, it catches up.

use std::path::Path;
use std::process::Command;

use consumer::{Settings, Until};
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::pipeline::{Pipeline, until};
use crate::warehouse::Role;

/// How many events come after the dump began; a hundred thousand where `WARDFLOW_LONG` is set.
fn later_events() -> u64 {
    let is_long = std::env::var_os("WARDFLOW_LONG").is_some();
    if is_long { 100_000 } else { 2_000 }
}

/// How many are loaded when it begins.
const EARLIER: u64 = 1_000;

fn run(program: &str, url: &str, arguments: &[&str]) {
    let output = Command::new(program)
        .args(arguments)
        .args(["--dbname", url])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_of_a_warehouse_that_is_loaded_is_restored_and_catches_up() {
    let pipeline = Pipeline::new().await;
    let sent = EARLIER + later_events();
    let events = flow::synthetic(sent);
    let (earlier, later) = events.split_at(usize::try_from(EARLIER).unwrap());
    pipeline.send(&pipeline.sendings(earlier)).await;
    let shutdown = CancellationToken::new();
    let settings = Settings {
        until: Until::Shutdown,
        ..pipeline.settings(2, 100)
    };
    let consumer = tokio::spawn(consumer::run(settings, shutdown.clone()));
    pipeline.loaded_at_least(EARLIER.cast_signed() / 2).await;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("warehouse.dump");
    let (url, target) = (pipeline.warehouse.url(Role::Owner), file.clone());
    let dump = tokio::task::spawn_blocking(move || dumped(&url, &target));
    let name = pipeline.warehouse.name();
    let snapshots = format!(
        "select count(*) from pg_stat_activity where datname = '{name}'
         and application_name = 'pg_dump' and backend_xmin is not null"
    );
    let server = pipeline.warehouse.server();
    let superuser = database::connect(server, "consumer test").await.unwrap();
    until("the dump has its moment", async || {
        let row = superuser.query_one(&snapshots, &[]).await.unwrap();
        row.get::<_, i64>(0) > 0
    })
    .await;
    pipeline.send(&pipeline.sendings(later)).await;
    dump.await.unwrap();
    pipeline.loaded_at_least(sent.cast_signed()).await;
    shutdown.cancel();
    consumer.await.unwrap().unwrap();
    let expected = pipeline.expected(&events).await;
    assert_eq!(pipeline.warehouse.digest().await, expected);

    // Database, rights and settings are those of the dump; roles are the server's.
    let file = file.to_str().unwrap();
    run("pg_restore", server, &["--clean", "--create", file]);
    let restored = "select count(*) from bronze.kafka_record";
    let restored = pipeline.warehouse.count(restored).await.unsigned_abs();
    assert!(restored < sent, "{restored} are in the dump");
    let summary = pipeline.load(2, 1_000).await;
    assert_eq!((summary.loaded, summary.duplicates), (sent - restored, 0));
    assert_eq!(pipeline.warehouse.digest().await, expected);
    pipeline.warehouse.assert_green().await;
    // Nobody has more rights than before, or fewer.
    pipeline.warehouse.client(Role::Analyst).await;
}

fn dumped(url: &str, file: &Path) {
    let file = file.to_str().unwrap();
    run("pg_dump", url, &["--format", "custom", "--file", file]);
}
