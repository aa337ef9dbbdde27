//! What the database itself refuses, whoever writes; and that errors tell no row.

use database::DatabaseError;
use database::load::LoadError;
use tokio_postgres::Client;

use super::partition::{self, Partition, now};
use super::ward_life::WardLife;
use super::warehouse::{Role, Warehouse};

/// Stands in rows that are refused.
const CANARY: &str = "Canary";

/// The error of a statement, as services see it.
async fn error_of(client: &Client, sql: &str) -> DatabaseError {
    let Err(error) = client.batch_execute(sql).await else {
        panic!("allowed: {sql}");
    };
    let error = DatabaseError::while_doing("try", &error);
    let told = format!("{error} {error:?}");
    assert!(!told.contains(CANARY), "{told}");
    error
}

type Version<'a> = (u8, &'a str, &'a str, bool);

/// Inserts versions of one patient: number, validity, whether current.
fn versions(versions: &[Version<'_>]) -> String {
    let row = |(number, from, to, is_current): &Version<'_>| {
        format!(
            "('00000000-0000-4000-8000-0000000000{number:02}', 'a0000000-0000-4000-8000-000000000001',
              'ROSEBANK', '{CANARY}', '{from}', '{to}', {is_current})"
        )
    };
    let rows: Vec<_> = versions.iter().map(row).collect();
    format!(
        "insert into gold.dim_patient (
             patient_key, patient_pseudonym, hospital_code, sex, valid_from, valid_to, is_current
         ) values {}",
        rows.join(", ")
    )
}

#[tokio::test]
async fn loose_empty_inverted_and_doubly_current_versions_are_refused() {
    let warehouse = Warehouse::new().await;
    let loader = warehouse.client(Role::Loader).await;
    let (one, two, three) = ("2026-01-01", "2026-02-01", "2026-03-01");
    // Of a patient without any other version.
    let error = error_of(&loader, &versions(&[(1, one, two, false)])).await;
    assert!(error.to_string().contains("dim_patient_joined"), "{error}");
    let known = versions(&[(1, one, two, false), (2, two, "infinity", true)]);
    loader.batch_execute(&known).await.unwrap();
    for (refused, constraint) in [
        ((3, three, "infinity", true), "dim_patient_one_current"),
        ((3, three, three, false), "dim_patient_interval"),
        ((3, three, two, false), "dim_patient_interval"),
        ((3, two, three, false), "dim_patient_version"),
        ((3, three, "infinity", false), "dim_patient_joined"),
        ((3, "2025-01-01", "2025-06-01", false), "dim_patient_joined"),
        ((3, "2026-01-10", two, false), "dim_patient_joined"),
        ((2, "2025-01-01", one, false), "dim_patient_pkey"),
    ] {
        let error = error_of(&loader, &versions(&[refused])).await;
        assert!(error.to_string().contains(constraint), "{error}");
    }
    // One that joins its neighbour is taken.
    let joined = versions(&[(3, "2025-01-01", one, false)]);
    loader.batch_execute(&joined).await.unwrap();
}

#[tokio::test]
async fn empty_stays_and_inverted_admissions_are_refused() {
    let warehouse = Warehouse::new().await;
    let loader = warehouse.client(Role::Loader).await;
    let key = "'00000000-0000-4000-8000-000000000001'::uuid";
    for (left_at, is_refused) in [
        ("'2026-01-01'", true),
        ("'2025-12-31'", true),
        ("null", false),
    ] {
        let sql = format!(
            "insert into gold.fact_location_stay values
                 ({key}, '2026-01-01', 1, {key}, {key}, 'X', {key}, '{CANARY}', null, {left_at}, null)"
        );
        if is_refused {
            let error = error_of(&loader, &sql).await;
            assert!(
                error.to_string().contains("fact_location_stay_interval"),
                "{error}"
            );
        } else {
            loader.batch_execute(&sql).await.unwrap();
        }
    }
    let sql = format!(
        "insert into gold.fact_admission (
             encounter_key, patient_key, patient_pseudonym, hospital_code, admission_department_key,
             last_department_key, first_location_at, last_location_left_at, transfer_count,
             admission_type, age_band
         ) values ({key}, {key}, {key}, 'X', {key}, {key}, '2026-01-02', '2026-01-01', 0, '{CANARY}', '0-4')"
    );
    let error = error_of(&loader, &sql).await;
    assert!(
        error.to_string().contains("fact_admission_interval"),
        "{error}"
    );
}

#[tokio::test]
async fn errors_of_data_tell_no_value() {
    let warehouse = Warehouse::new().await;
    let loader = warehouse.client(Role::Loader).await;
    for (sql, sqlstate) in [
        (format!("select '{CANARY}'::uuid"), "22P02"),
        (format!("select '{CANARY}'::timestamptz"), "22007"),
        (
            format!("do $$ begin raise exception '{CANARY}'; end $$"),
            "P0001",
        ),
        (
            format!("insert into ops.quarantine (rule) values ('{CANARY}')"),
            "23502",
        ),
        (format!("select {CANARY} from gold.dim_date"), "42703"),
    ] {
        let error = error_of(&loader, &sql).await;
        assert!(error.to_string().contains(sqlstate), "{error}");
        assert!(!error.is_transient());
    }
    // A value that the driver cannot convert.
    let error = loader
        .query_one("select $1::uuid", &[&CANARY])
        .await
        .unwrap_err();
    let error = DatabaseError::while_doing("try", &error);
    assert!(!format!("{error} {error:?}").contains(CANARY), "{error:?}");
}

#[tokio::test]
async fn a_batch_that_a_constraint_refuses_tells_the_constraint_and_no_value() {
    let warehouse = Warehouse::new().await;
    let topic = partition::registered_topic(&warehouse).await;
    let mut loader = partition::loader(&warehouse, &topic).await;
    let refuse = format!(
        "alter table vault.patient add constraint refuses check (first_name <> '{CANARY}')"
    );
    warehouse
        .superuser()
        .await
        .batch_execute(&refuse)
        .await
        .unwrap();
    // The records of `WardLife` name the canary.
    let batch = Partition::new(0).batch(&WardLife::new(1).patient("P1", 5));
    let error = loader.load(&batch, now()).await.unwrap_err();
    let told = format!("{error} {error:?}");
    assert!(
        told.contains("23514") && told.contains("constraint refuses"),
        "{told}"
    );
    assert!(!told.contains(CANARY), "{told}");
    assert!(matches!(&error, LoadError::Database(error) if !error.is_transient()));
    // Nothing of the batch is there.
    assert_eq!(
        warehouse
            .count("select count(*) from bronze.kafka_record")
            .await,
        0
    );
    assert_eq!(
        warehouse
            .count("select count(*) from silver.adt_record")
            .await,
        0
    );
    warehouse.assert_green().await;
}
