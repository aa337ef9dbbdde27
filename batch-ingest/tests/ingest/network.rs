//! What the network sends for all of its hospitals: the landing folder itself is the delivery.

use std::fs;

use crate::books::assert_balanced;
use crate::fault_of_file::charges;
use crate::landing::Delivery;
use crate::place::Place;
use crate::warehouse::Role;

const HEADER: &str = "hospital_code,department_code,name,kind,beds\n";

/// Two departments of the default network, and one of which nobody has heard.
const DEPARTMENTS: &str = "\
    hospital_code,department_code,name,kind,beds\n\
    ROSEBANK,MED,Internal Medicine,medicine,31\n\
    ROSEBANK,NEW,\"Ward, new\",surgery,\n\
    ALEX,MED,Internal Medicine,medicine,40\n";

const STATED: &str = "select count(*) from silver.department_statement where file_id is not null";
const NEW: &str = "select count(*) from gold.department_versions
    where department_code = 'NEW' and name = 'Ward, new' and beds is null and valid_from is null";
const LEDGER: &str = "select count(*) from bronze.file join ops.file_progress using (file_id)
    where file.hospital_code is null and file.kind = 'departments' and state = 'loaded'";

fn departments(text: &str) -> Delivery {
    Delivery::of_network("2026-03-01").with("departments.csv", text)
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_are_statements_like_those_of_the_topic() {
    let place = Place::new().await.with_small_chunks();
    departments(DEPARTMENTS).land(place.landing());
    let summary = place.once().await;
    assert_eq!((summary.files, summary.lines, summary.refused), (1, 3, 0));
    assert!(summary.is_complete());
    for (sql, expected) in [(STATED, 3), (NEW, 1), (LEDGER, 1)] {
        assert_eq!(place.warehouse.count(sql).await, expected, "{sql}");
    }
    assert_balanced(&place.warehouse).await;
    assert_eq!(place.left(), Vec::<String>::new());
    let archived = place.archived();
    for name in [
        "network/2026-03-01/departments-",
        "network/2026-03-01/manifest-",
    ] {
        assert!(
            archived.iter().any(|it| it.starts_with(name)),
            "{archived:?}"
        );
    }
    assert!(place.landing().exists());

    // The same again, and then another one of the same day.
    departments(DEPARTMENTS).land(place.landing());
    assert_eq!(place.once().await.again, 1);
    departments(HEADER).land(place.landing());
    let summary = place.once().await;
    assert_eq!((summary.files, summary.refused), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_lines_are_quarantined_with_line_and_rule() {
    let place = Place::new().await;
    let bad = format!(
        "{HEADER}ELSEWHERE,MED,Medicine,medicine,1\nROSEBANK,med,Medicine,medicine,1\n\
         ROSEBANK,MED,,medicine,1\nROSEBANK,MED,Medicine,magic,1\nROSEBANK,MED,Medicine,medicine,many\n\
         ROSEBANK,MED,Medicine,medicine\nROSEBANK,MED,Medicine,medicine,-1\n\
         ROSEBANK,MED,Medicine,medicine,-1\n"
    );
    departments(&bad).land(place.landing());
    let summary = place.once().await;
    assert_eq!((summary.files, summary.quarantined), (1, 6));
    assert_eq!(summary.duplicates, 1);
    let rules = "select string_agg(line || ' ' || rule, ', ' order by line) from ops.quarantine";
    let row = place
        .warehouse
        .client(Role::Loader)
        .await
        .query_one(rules, &[])
        .await;
    assert_eq!(
        row.unwrap().get::<_, &str>(0),
        "2 ADT-007, 3 DEP-002, 4 DEP-004, 5 DEP-005, 6 EHR-003, 7 EHR-001"
    );
    assert_balanced(&place.warehouse).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_used_is_refused_and_the_hospitals_go_on() {
    for (text, rule) in [
        ("", "FIL-003"),
        ("hospital_code,department_code,name,kind\n", "FIL-003"),
    ] {
        let place = Place::new().await;
        departments(text).land(place.landing());
        let of_hospital = Delivery::new("2026-03-02", "ROSEBANK").with("charges.csv", charges());
        of_hospital.land(place.landing());
        let summary = place.once().await;
        assert_eq!((summary.files, summary.refused), (1, 1));
        let of_rule = format!(
            "select count(*) from ops.file_refusal
             where rule = '{rule}' and hospital_code is null and path = 'departments.csv'"
        );
        assert_eq!(place.warehouse.count(&of_rule).await, 1, "{rule}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_bad_manifest_the_files_wait_for_another_one() {
    let place = Place::new().await;
    let delivery = departments(DEPARTMENTS);
    let mut manifest = delivery.manifest();
    manifest["hospital_code"] = "ROSEBANK".into();
    delivery.land_under(place.landing(), &manifest);
    let of_hospital = Delivery::new("2026-03-02", "ROSEBANK").with("charges.csv", charges());
    of_hospital.land(place.landing());
    let summary = place.once().await;
    assert_eq!((summary.files, summary.refused), (1, 1));
    assert_eq!(place.left(), ["departments.csv"]);
    delivery.land(place.landing());
    assert_eq!(place.once().await.files, 1);

    // A truncated file may still be written, and is told once it is not.
    let later = departments(DEPARTMENTS).on("2026-03-05");
    let manifest = later.manifest();
    let cut = later.mapped("departments.csv", |bytes| bytes[..bytes.len() - 9].to_vec());
    cut.land_under(place.landing(), &manifest);
    let mut patient = place.settings.clone();
    patient.settle = std::time::Duration::from_hours(1);
    let shutdown = tokio_util::sync::CancellationToken::new();
    let summary = batch_ingest::once(&patient, &shutdown)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((summary.waiting, summary.refused), (1, 0));
    assert_eq!(place.once().await.refused, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hospitals_file_and_the_networks_of_one_name_do_not_mix() {
    let place = Place::new().await;
    let of_hospital = Delivery::new("2026-03-02", "ROSEBANK")
        .with("departments.csv", DEPARTMENTS)
        .with("charges.csv", charges());
    of_hospital.land(place.landing());
    departments(DEPARTMENTS)
        .with("charges.csv", charges())
        .land(place.landing());
    let summary = place.once().await;
    assert_eq!((summary.files, summary.refused), (2, 0));
    let ledger =
        "select count(*) from bronze.file where (kind = 'charges') = (hospital_code is null)";
    assert_eq!(place.warehouse.count(ledger).await, 0);
    // What nobody described is left.
    assert_eq!(
        place.left(),
        ["2026-03-02/ROSEBANK/departments.csv", "charges.csv"]
    );
    assert!(fs::exists(place.landing()).unwrap());
}
