//! What can be wrong with a manifest or the folder of a delivery: nothing of it is loaded, all else is.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::landing::Delivery;
use crate::place::Place;

const CHARGES: &str = "encounter_id,patient_id,line_number,item_code,description,quantity,unit_price_cents,\
    amount_cents,charged_at\nE1,P1,1,X,Bandage,1,100,100,2026-03-01T08:00:00Z\n";

fn delivery(date: &str, hospital: &str) -> Delivery {
    Delivery::new(date, hospital).with("charges.csv", CHARGES)
}

async fn reasons(place: &Place) -> Vec<(String, String, String)> {
    let client = place.warehouse.superuser().await;
    let sql = "select rule, path, reason from ops.file_refusal order by file_refusal_id";
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect()
}

/// Lands a delivery of a day of its own under a changed manifest, which is refused so.
async fn assert_refused(place: &Place, date: &str, change: impl FnOnce(&mut Value), told: &str) {
    let delivery = delivery(date, "ROSEBANK");
    let mut manifest = delivery.manifest();
    change(&mut manifest);
    delivery.land_under(place.landing(), &manifest);
    assert_told(place, &format!("{date}/ROSEBANK"), told).await;
}

async fn assert_told(place: &Place, path: &str, told: &str) {
    let summary = place.once().await;
    assert_eq!((summary.files, summary.refused), (0, 1), "{path}: {told}");
    let reasons = reasons(place).await;
    let (rule, of, reason) = reasons.last().unwrap();
    assert_eq!((&**rule, &**of), ("FIL-001", path));
    assert!(reason.contains(told), "{reason}");
    assert_eq!(place.left(), Vec::<String>::new());
    assert!(place.settings.archive.join("refused").join(path).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_manifest_is_told() {
    let place = Place::new().await;
    let refused = async |date, change: fn(&mut Value), told| {
        assert_refused(&place, date, change, told).await;
    };
    refused(
        "2026-04-01",
        |it| *it = json!("nonsense"),
        "is no manifest, line 1",
    )
    .await;
    refused(
        "2026-04-02",
        |it| it["hospital_code"] = "ALEX".into(),
        "another hospital or day",
    )
    .await;
    refused(
        "2026-04-03",
        |it| it["date"] = "2026-04-09".into(),
        "another hospital or day",
    )
    .await;
    refused(
        "2026-04-04",
        |it| it["files"][0]["rows"] = (-1).into(),
        "is no manifest",
    )
    .await;
    refused(
        "2026-04-05",
        |it| it["files"][0]["bytes"] = 1e300.into(),
        "is no manifest",
    )
    .await;
    refused(
        "2026-04-06",
        |it| it["files"][0]["sha256"] = "ab".into(),
        "is no manifest",
    )
    .await;
    refused(
        "2026-04-07",
        |it| it["files"][0]["sha256"] = "é".repeat(32).into(),
        "is no manifest",
    )
    .await;
    refused(
        "2026-04-08",
        |it| it["schema_version"] = 4_294_967_296_u64.into(),
        "is no manifest",
    )
    .await;
    let twice = |it: &mut Value| {
        let entry = it["files"][0].clone();
        it["files"].as_array_mut().unwrap().push(entry);
    };
    refused("2026-04-09", twice, "names a file twice: entry 2").await;
    let of = |at: &'static str| move |it: &mut Value| it["extracted_at"] = at.into();
    for (date, at) in [
        ("2026-04-10", "2026-04-08T12:00:00Z"),
        ("2026-04-11", "2026-04-15T12:00:00Z"),
        ("2026-04-12", "+262142-12-31T23:59:59Z"),
        ("2026-04-13", "-262143-01-01T00:00:00Z"),
    ] {
        assert_refused(&place, date, of(at), "extracted_at of manifest.json is on").await;
    }
    refused(
        "2026-04-14",
        |it| it["extracted_at"] = "yesterday".into(),
        "is no manifest",
    )
    .await;
    assert_refused(&place, "9999-04-14", |_| {}, "not within the years").await;
    assert_refused(
        &place,
        "2026-4-16",
        |it| it["date"] = "2026-04-16".into(),
        "another hospital or day",
    )
    .await;
    let long = |it: &mut Value| it["more"] = "x".repeat(2_000_000).into();
    refused("2026-04-17", long, "longer than 1 MiB").await;
    refused(
        "2026-04-18",
        |it| it["schema_version"] = 1.5.into(),
        "is no manifest",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_folder_is_told() {
    let place = Place::new().await;
    let landing = place.landing();
    delivery("2026-04-01", "NOWHERE").land(landing);
    assert_told(
        &place,
        "2026-04-01/NOWHERE",
        "add that to the network file, run `database seed`",
    )
    .await;

    for (date, make) in [
        (
            "2026-04-02",
            (|path: &Path| fs::create_dir(path).unwrap()) as fn(&Path),
        ),
        ("2026-04-03", |path| {
            std::os::unix::fs::symlink("/etc/hostname", path).unwrap();
        }),
        ("2026-04-04", |path| {
            let mode = rustix::fs::Mode::from_raw_mode(0o600);
            rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0)
                .unwrap();
        }),
    ] {
        let delivery = delivery(date, "ROSEBANK");
        delivery.land(landing);
        let manifest = delivery.folder(landing).join("manifest.json");
        fs::remove_file(&manifest).unwrap();
        make(&manifest);
        assert_told(&place, &format!("{date}/ROSEBANK"), "manifest.json: ").await;
    }

    // What is no delivery is left alone; names need not be text.
    let odd = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    fs::create_dir_all(landing.join(odd).join("ROSEBANK")).unwrap();
    fs::create_dir_all(landing.join("2026-04-06").join(odd)).unwrap();
    fs::write(
        landing.join("2026-04-06").join(odd).join("manifest.json"),
        "{}",
    )
    .unwrap();
    fs::create_dir_all(landing.join("2026-04-06/ROSEBANK")).unwrap();
    fs::write(landing.join("2026-04-06/ROSEBANK/charges.csv"), CHARGES).unwrap();
    fs::write(landing.join("2026-04-07"), "a file").unwrap();
    std::os::unix::fs::symlink("/", landing.join("2026-04-08")).unwrap();
    let summary = place.once().await;
    assert_eq!((summary.files, summary.refused), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_other_places_are_only_names() {
    let place = Place::new().await;
    let delivery = delivery("2026-03-02", "ROSEBANK");
    let mut manifest = delivery.manifest();
    for name in [
        "../../../etc/passwd",
        "/etc/passwd",
        "charges.csv/../charges.csv",
        "",
        "x\n\u{1b}[31m",
    ] {
        let mut entry = manifest["files"][0].clone();
        entry["name"] = name.into();
        manifest["files"].as_array_mut().unwrap().push(entry);
    }
    delivery.land_under(place.landing(), &manifest);
    let summary = place.once().await;
    assert_eq!((summary.files, summary.refused), (1, 0));
    assert_eq!(place.left(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hospital_is_known_once_it_is_seeded() {
    let place = Place::new().await;
    delivery("2026-03-02", "NEWTOWN").land(place.landing());
    assert_eq!(place.once().await.refused, 1);
    let mut network = crate::warehouse::network();
    let mut hospital = network.hospitals[0].clone();
    hospital.code = "NEWTOWN".to_owned();
    network.hospitals.push(hospital);
    let mut owner = place.warehouse.client(crate::warehouse::Role::Loader).await;
    database::seed::seed(&mut owner, &network).await.unwrap();
    let refused = place.settings.archive.join("refused/2026-03-02");
    fs::rename(refused, place.landing().join("2026-03-02")).unwrap();
    assert_eq!(place.once().await.files, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_files_are_told_again_and_noted_once() {
    let mut place = Place::new().await;
    place.settings.keep = true;
    delivery("2026-03-02", "ROSEBANK").land(place.landing());
    delivery("2026-03-02", "NOWHERE").land(place.landing());
    let before = place.left();
    for again in [0, 1, 1] {
        let summary = place.once().await;
        assert_eq!(
            (summary.files, summary.again, summary.refused),
            (1 - again, again, 1)
        );
    }
    assert_eq!(reasons(&place).await.len(), 1);
    assert_eq!(place.left(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_are_late_or_missing_are_counted() {
    let place = Place::new().await;
    for (date, late, missing_days) in [
        ("2026-03-02", 0, 0),
        ("2026-03-07", 0, 4),
        ("2026-03-04", 1, 3),
        ("2026-03-01", 1, 3),
    ] {
        delivery(date, "ROSEBANK").land(place.landing());
        let summary = place.once().await;
        assert_eq!(
            (summary.late, summary.missing_days),
            (late, missing_days),
            "{date}"
        );
    }
}
