//! `database rebuild --from bronze` as a process, and while others work.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use database::census;
use tokio_postgres::Client;

use super::contents::assert_same;
use super::place::Place;
use crate::load::warehouse::Role;

/// A file of the warehouse's key, which goes when it is dropped.
struct KeyFile(tempfile::TempDir);

impl KeyFile {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("key"), [7; 32]).unwrap();
        Self(folder)
    }
}

fn command(place: &Place, key: Option<&KeyFile>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_database"));
    command
        .args(["rebuild", "--from", "bronze", "--json"])
        .env("DATABASE_ADMIN_URL", place.warehouse.url(Role::Owner))
        .env_remove("DATABASE_URL")
        .env_remove("PSEUDONYM_KEY_FILE")
        .current_dir(std::env::temp_dir())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(key) = key {
        command.env("PSEUDONYM_KEY_FILE", key.0.path().join("key"));
    }
    command
}

/// Keeps a rebuild near its end waiting, until it is dropped.
async fn hold_census(place: &Place) -> Client {
    let holder = place.warehouse.superuser().await;
    let sql = "begin; lock table gold.fact_bed_occupancy in exclusive mode";
    holder.batch_execute(sql).await.unwrap();
    holder
}

fn until_counting(child: &mut Child) {
    let lines = BufReader::new(child.stderr.as_mut().unwrap()).lines();
    let told: Vec<String> = lines
        .map_while(Result::ok)
        .take_while(|line| line != "counting beds")
        .collect();
    let decoded = "55 of 55 records decoded".to_owned();
    assert!(told.contains(&decoded), "{told:?}");
    // Until it has asked for its turn.
    std::thread::sleep(Duration::from_millis(500));
}

fn signal(child: &Child, name: &str) {
    let kill = format!("kill {name} {}", child.id());
    let status = Command::new("sh").args(["-c", &kill]).status().unwrap();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_off_it_has_changed_nothing_and_readers_see_what_was() {
    let place = Place::loaded().await;
    place.warehouse.assert_green().await;
    let (right, digest) = (place.contents().await, place.warehouse.digest().await);
    place.run("delete from silver.adt_record").await;
    let mut owner = place.warehouse.client(Role::Owner).await;
    census::count(&mut owner).await.unwrap();
    let wrong = place.contents().await;
    let key = KeyFile::new();
    for (name, code) in [("-INT", Some(130)), ("-KILL", None)] {
        let held = hold_census(&place).await;
        let mut child = command(&place, Some(&key)).spawn().unwrap();
        until_counting(&mut child);
        let reader = place.warehouse.client(Role::Loader).await;
        let sql = "select count(*) from silver.adt_record";
        let read = tokio::time::timeout(Duration::from_secs(5), reader.query_one(sql, &[])).await;
        assert_eq!(read.unwrap().unwrap().get::<_, i64>(0), 0);
        let analyst = place.warehouse.client(Role::Analyst).await;
        let sql = "select count(*) from gold.admissions";
        let read = tokio::time::timeout(Duration::from_secs(5), analyst.query_one(sql, &[])).await;
        assert!(read.unwrap().unwrap().get::<_, i64>(0) > 0);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), code, "{name}");
        assert!(output.stdout.is_empty());
        drop(held);
        // Its locks are free.
        let lane = place.warehouse.client(Role::Loader).await;
        let lock = lane.batch_execute("update ops.quarantine set state = state");
        let locked = tokio::time::timeout(Duration::from_secs(10), lock).await;
        locked.unwrap().unwrap();
        assert_same(&wrong, &place.contents().await, name);
    }

    let output = command(&place, Some(&key)).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&told["is_same"], &told["records"], &told["patients"]),
        (&false.into(), &55.into(), &4.into())
    );
    assert_same(&right, &place.contents().await, "run again");
    assert_eq!(place.warehouse.digest().await, digest);
    place.warehouse.assert_green().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_key_it_says_how_to_name_one() {
    let place = Place::loaded().await;
    let output = command(&place, None).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("PSEUDONYM_KEY_FILE"), "{told}");
}
