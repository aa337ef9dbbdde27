//! What the command tells, and how it ends.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::data::{FileName, clean};
use crate::landing::Delivery;
use crate::place::Place;
use crate::process::{batch_ingest, json, signal, stderr};

const CHARGES: &str = "encounter_id,patient_id,line_number,item_code,description,quantity,unit_price_cents,\
    amount_cents,charged_at\nE1,P1,1,X,Bandage,1,100,100,2026-03-01T08:00:00Z\n";

fn delivery(date: &str) -> Delivery {
    Delivery::new(date, "ROSEBANK").with("charges.csv", CHARGES)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_with_0_where_all_is_done_and_with_1_where_a_file_is_refused() {
    let place = Place::new().await;
    delivery("2026-03-02").land(place.landing());
    let output = batch_ingest(&place, &["once", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let told = json(&output);
    assert_eq!((&told["files"], &told["lines"]), (&1.into(), &1.into()));
    let output = batch_ingest(&place, &["once"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("0 files with 0 lines loaded"));

    let bad = delivery("2026-03-03").with("charges.csv", "nothing");
    bad.land(place.landing());
    let output = batch_ingest(&place, &["once"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = stderr(&output);
    assert!(
        told.contains("2026-03-03/ROSEBANK/charges.csv") && told.contains("FIL-003"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_told_in_a_line() {
    let place = Place::new().await;
    let once = |change: &dyn Fn(&mut std::process::Command)| {
        let mut command = batch_ingest(&place, &["once"]);
        change(&mut command);
        let output = command.output().unwrap();
        (output.status.code(), stderr(&output))
    };
    let (code, told) = once(&|it| {
        it.args(["--dir", "/no/where"]);
    });
    assert_eq!(code, Some(1));
    assert!(told.contains("/no/where is no folder: make it"), "{told}");
    let (code, _) = once(&|it| {
        it.args(["--bad-lines-max-percent", "101"]);
    });
    assert_eq!(code, Some(2));
    let (code, told) = once(&|it| {
        it.env("ARCHIVE_DIR", "/proc/nowhere");
    });
    assert_eq!(code, Some(1));
    assert!(
        told.contains("cannot make the folder /proc/nowhere"),
        "{told}"
    );
    let file = place.path("file");
    fs::write(&file, "").unwrap();
    let (code, told) = once(&|it| {
        it.env("ARCHIVE_DIR", file.join("archive"));
    });
    assert_eq!(code, Some(1));
    assert!(told.contains("Not a directory"), "{told}");
    let key = place.path("other.key");
    fs::write(&key, "ab".repeat(32)).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&key, mode).unwrap();
    place.once().await;
    let (code, told) = once(&|it| {
        it.env("PSEUDONYM_KEY_FILE", &key);
    });
    assert_eq!(code, Some(1));
    assert!(
        told.contains("loaded under another pseudonym key"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_takes_what_arrives_goes_on_behind_refused_files_and_ends_by_a_signal() {
    let place = Place::new().await;
    let arguments = [
        "run",
        "--min-files",
        "2",
        "--interval-minutes",
        "600",
        "--json",
    ];
    let mut child = batch_ingest(&place, &arguments).spawn().unwrap();
    // The round at its start comes first.
    let lock = place.settings.archive.join("lock");
    let is_over = || fs::File::open(&lock).is_ok_and(|lock| lock.try_lock().is_ok());
    while !is_over() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let data = clean();
    place.deliver(data, &[FileName::of(0, "ALEX", "charges")]);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let loaded = "select count(*) from ops.file_progress where state = 'loaded'";
    assert_eq!(
        place.warehouse.count(loaded).await,
        0,
        "one file is not enough"
    );
    delivery("2026-03-03")
        .with("charges.csv", "nothing")
        .land(place.landing());
    delivery("2026-03-04").land(place.landing());
    let until = Instant::now() + Duration::from_mins(1);
    while place.warehouse.count(loaded).await < 2 {
        assert!(child.try_wait().unwrap().is_none() && Instant::now() < until);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // What it left, waiting for the other files of a manifest, does not make it run round after round.
    let missing = "2026-03-02/ALEX/charges.csv";
    assert!(!place.landing().join(missing).exists());
    tokio::time::sleep(Duration::from_secs(1)).await;
    signal(&child, Signal::TERM);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let told = json(&output);
    assert_eq!((&told["files"], &told["refused"]), (&2.into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_do_not_disturb_each_other() {
    let place = Place::new().await;
    let data = clean();
    place.deliver(data, &data.files());
    let spawn = || batch_ingest(&place, &["once", "--json"]).spawn().unwrap();
    let children = [spawn(), spawn(), spawn()];
    let outputs = children.map(|child| child.wait_with_output().unwrap());
    let mut files = 0;
    for output in outputs {
        match output.status.code() {
            Some(0) => files += json(&output)["files"].as_u64().unwrap(),
            _ => assert!(
                stderr(&output).contains("another batch-ingest is working"),
                "{}",
                stderr(&output)
            ),
        }
    }
    assert_eq!(files, data.files().len() as u64);
    crate::books::assert_balanced(&place.warehouse).await;
}
