//! Which files are taken: one of a kind and day, complete, and named by its manifest.

use std::fs;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::fault_of_file::{PROCEDURES, REFUSED, charges, charges_with, line, told, zstd};
use crate::landing::Delivery;
use crate::place::Place;

#[tokio::test(flavor = "multi_thread")]
async fn a_day_has_one_file_of_a_kind() {
    let place = Place::new().await;
    let delivery = || Delivery::new("2026-03-02", "ROSEBANK");
    let first = delivery().with("charges.csv", charges());
    first.land(place.landing());
    // The same, compressed, beside it.
    let compressed = first.folder(place.landing()).join("charges.csv.zst");
    fs::write(&compressed, zstd(charges().as_bytes())).unwrap();
    let summary = place.once().await;
    assert_eq!((summary.files, summary.again), (1, 1));
    first.land(place.landing());
    assert_eq!(place.once().await.again, 1);
    let before = place.contents().await;

    let second = delivery().with("charges.csv", charges_with(&[(4, &line(99))]));
    second.land(place.landing());
    let summary = place.once().await;
    assert_eq!((summary.files, summary.refused), (0, 1));
    let date = "2026-03-02".parse().unwrap();
    let refused = told(&place, REFUSED, date).await;
    assert_eq!(refused[0].0, "FIL-006");
    assert!(
        refused[0]
            .1
            .contains("another file of this day is loaded, with SHA-256")
    );
    place.contents().await.assert_same(&before, "a second file");

    // Both stand beside each other, what the hospital said of each too.
    let archived = place.archived();
    let manifests = archived
        .iter()
        .filter(|it| it.contains("manifest-"))
        .count();
    assert_eq!(manifests, 2, "{archived:?}");
    second.land(place.landing());
    assert_eq!(place.once().await.refused, 1);
    assert!(
        place
            .archived()
            .iter()
            .any(|it| it.ends_with("ROSEBANK/charges.csv.2"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_no_manifest_names_is_refused() {
    let place = Place::new().await;
    let delivery = Delivery::new("2026-03-02", "ROSEBANK").with("charges.csv", charges());
    let manifest = delivery.manifest();
    let with_more = delivery.with("procedures.csv", PROCEDURES);
    with_more.land_under(place.landing(), &manifest);
    let summary = place.once().await;
    assert_eq!((summary.files, summary.refused), (1, 1));
    let refused = told(&place, REFUSED, "2026-03-02".parse().unwrap()).await;
    assert_eq!(
        refused[0].1,
        "2026-03-02/ROSEBANK/procedures.csv: its manifest does not name it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_beside_a_file_takes_nothing_from_it() {
    let place = Place::new().await;
    let delivery = Delivery::new("2026-03-02", "ROSEBANK").with("charges.csv", charges());
    delivery.land(place.landing());
    let folder = delivery.folder(place.landing());
    fs::create_dir(folder.join("charges.csv.zst")).unwrap();
    // What nobody named is nobody's.
    fs::create_dir(folder.join("procedures.csv")).unwrap();
    let summary = place.once().await;
    assert_eq!((summary.files, summary.refused), (1, 1));
    let refused = told(&place, REFUSED, "2026-03-02".parse().unwrap()).await;
    assert!(
        refused[0]
            .1
            .starts_with("2026-03-02/ROSEBANK/charges.csv.zst: a folder")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_still_be_written_is_left_alone() {
    let mut place = Place::new().await;
    place.settings.settle = std::time::Duration::from_mins(10);
    let delivery = Delivery::new("2026-03-02", "ROSEBANK").with("charges.csv", charges());
    delivery.land(place.landing());
    let path = delivery.folder(place.landing()).join("charges.csv");
    let text = charges();
    // Nothing yet, half of it, half of a compressed one beside it; and then all.
    for there in ["", &text[..text.len() / 2]] {
        fs::write(&path, there).unwrap();
        let summary = place.once().await;
        assert_eq!((summary.waiting, summary.refused, summary.files), (1, 0, 0));
    }
    fs::remove_file(&path).unwrap();
    let summary = place.once().await;
    assert_eq!((summary.missing, summary.refused), (1, 0));
    fs::write(&path, &text).unwrap();
    assert_eq!(place.once().await.files, 1);
    assert_eq!(place.left(), Vec::<String>::new());

    // Half a manifest.
    let delivery = Delivery::new("2026-03-03", "ROSEBANK").with("charges.csv", charges());
    delivery.land(place.landing());
    let manifest = delivery.folder(place.landing()).join("manifest.json");
    let whole = fs::read(&manifest).unwrap();
    fs::write(&manifest, &whole[..whole.len() / 2]).unwrap();
    let summary = place.once().await;
    assert_eq!((summary.waiting, summary.refused, summary.files), (1, 0, 0));
    fs::write(&manifest, &whole).unwrap();
    assert_eq!(place.once().await.files, 1);

    // A header that is wrong in a file that is what the manifest says: nothing is awaited.
    let delivery = Delivery::new("2026-03-04", "ROSEBANK").with("charges.csv", "code\nX\n");
    delivery.land(place.landing());
    assert_eq!(place.once().await.refused, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_looked_at_again_where_it_or_its_manifest_has_changed() {
    let mut place = Place::new().await;
    place.settings.keep = true;
    let delivery = Delivery::new("2026-03-02", "ROSEBANK").with("charges.csv", charges());
    let other = Delivery::new("2026-03-02", "ROSEBANK").with("charges.csv", PROCEDURES);
    delivery.land_under(place.landing(), &other.manifest());
    let shutdown = CancellationToken::new();
    let pace = (Duration::from_millis(50), 1);
    let running = tokio::spawn({
        let (settings, shutdown) = (place.settings.clone(), shutdown.clone());
        async move { batch_ingest::run(&settings, pace, &shutdown).await }
    });
    let count = async |table: &str| {
        let sql = format!("select count(*) from {table}");
        place.warehouse.count(&sql).await
    };
    let eventually = async |table: &str| {
        while count(table).await == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    eventually("ops.file_refusal").await;
    // Rounds go on, and it is refused once.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(count("ops.file_refusal").await, 1);
    assert_eq!(count("bronze.file").await, 0);
    let manifest = delivery.folder(place.landing()).join("manifest.json");
    fs::write(&manifest, delivery.manifest().to_string()).unwrap();
    eventually("bronze.file").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    shutdown.cancel();
    let summary = running.await.unwrap().unwrap();
    assert_eq!((summary.files, summary.refused, summary.again), (1, 1, 0));
}
