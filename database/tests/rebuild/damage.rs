//! Damaged gold is mended.

use database::digest::digest;
use database::rebuild::tidy;
use database::verify;

use super::place::{Place, rebuild};
use crate::load::warehouse::Role;
use crate::verify::{column, warehouse};

/// Tables that hold what silver says, as SQL goes through them.
const EACH_TABLE: &str = "
    do $$
    declare
        this regclass;
    begin
        for this in
            select oid from pg_class
            where relkind = 'r'
                and (
                    relnamespace = 'gold'::regnamespace and relname <> 'dim_hospital'
                    or oid = 'silver.finding'::regclass
                )
        loop
            execute format('STATEMENT', this);
        end loop;
    end
    $$";

#[tokio::test]
async fn every_column_that_was_changed_is_right_again() {
    let mut client = warehouse::loaded().await;
    let before = digest(&mut client).await.unwrap();
    let columns = column::of_gold(&client).await;
    let transaction = client.transaction().await.unwrap();
    for column in columns.iter().filter(|it| it.table != "gold.dim_hospital") {
        column.change(&transaction).await;
    }
    transaction.commit().await.unwrap();
    let damaged = digest(&mut client).await.unwrap();
    for (was, is) in before.tables.iter().zip(&damaged.tables) {
        assert_eq!(was == is, was.name == "gold.dim_hospital", "{}", was.name);
    }

    let rebuilt = rebuild(&mut client).await;
    for table in &rebuilt.tables {
        assert!(!table.is_same(), "{table:?}");
    }
    tidy(&client, &rebuilt).await.unwrap();
    client.batch_execute("reset all").await.unwrap();
    assert_eq!(digest(&mut client).await.unwrap(), before);
    assert!(verify::verify(&mut client).await.unwrap().is_green());
    assert!(rebuild(&mut client).await.is_same());
}

#[tokio::test]
async fn rows_that_were_deleted_are_there_again() {
    // Every third row, every row, and how far beds were counted.
    for statement in [
        "delete from %s where ctid in (select ctid from (select ctid, row_number() over () as n from %1$s) as row where n % 3 = 0)",
        "truncate %s",
    ] {
        let mut client = warehouse::loaded().await;
        let before = digest(&mut client).await.unwrap();
        // `format` of SQL takes a percent sign twice.
        let statement = statement.replace(" % 3", " %% 3");
        let sql = EACH_TABLE.replace("STATEMENT", &statement);
        client.batch_execute(&sql).await.unwrap();
        let books = "truncate ops.census_frontier, ops.census_roster, ops.census_witness";
        client.batch_execute(books).await.unwrap();
        rebuild(&mut client).await;
        client.batch_execute("reset all").await.unwrap();
        assert_eq!(digest(&mut client).await.unwrap(), before, "{statement}");
        assert!(verify::verify(&mut client).await.unwrap().is_green());
    }
}

/// Rows that follow from nothing: of patients, encounters and hours that nobody knows.
const INVENTED: &str = "
    insert into gold.dim_patient
    select
        gen_random_uuid(), gen_random_uuid(), hospital_code, person_pseudonym, sex, birth_year, citizenship,
        home_language, religion, ethnicity, marital_status, medical_scheme, municipality, province, valid_from,
        'infinity', true, is_registered
    from gold.dim_patient where is_current;
    insert into gold.fact_admission
    select
        gen_random_uuid(), patient_key, patient_pseudonym, hospital_code, admission_department_key,
        last_department_key, admitted_at, first_location_at, last_location_left_at, discharged_at,
        length_of_stay_seconds, transfer_count, admission_type, admission_source, disposition, died,
        age_at_admission_years, age_band
    from gold.fact_admission;
    insert into gold.fact_location_stay
    select
        encounter_key, arrived_at + interval '1 second', stay_number + 100, patient_key, patient_pseudonym,
        hospital_code, department_key, ward, bed, left_at + interval '1 day', stay_seconds
    from gold.fact_location_stay;
    insert into silver.finding
    select gen_random_uuid(), rule, event_id, encounter_key from silver.finding;
    insert into gold.dim_staff (
        staff_key, staff_pseudonym, hospital_code, status, valid_from, valid_to, is_current
    ) values (gen_random_uuid(), gen_random_uuid(), 'ROSEBANK', 'assigned', '2026-03-02', 'infinity', true);
    insert into gold.dim_department
    select
        gen_random_uuid(), hospital_code, department_code || 'X', name, kind, valid_from, valid_to, is_current, beds
    from gold.dim_department where hospital_code <> 'unknown';
    insert into gold.fact_bed_occupancy
    select
        hospital_code, hour_starts_at + interval '100 years', department_key, patients_at_start, arrivals,
        departures, patient_seconds
    from gold.fact_bed_occupancy;
    insert into gold.fact_bed_occupancy
    select
        'NOWHERE', hour_starts_at, department_key, patients_at_start, arrivals, departures, patient_seconds
    from gold.fact_bed_occupancy where hour_starts_at < '2100-01-01';";

#[tokio::test]
async fn rows_that_were_invented_go_and_lanes_read_departments_again() {
    let place = Place::loaded().await;
    let before = place.warehouse.digest().await;
    let version = "select version from ops.reference";
    let version_before = place.warehouse.count(version).await;
    place.run(INVENTED).await;
    assert_ne!(place.warehouse.digest().await, before);
    let rebuilt = place.rebuild().await;
    let removed = |name: &str| {
        let table = rebuilt.tables.iter().find(|table| table.name == name);
        table.unwrap().removed
    };
    assert!(removed("gold.fact_bed_occupancy") > 0, "{rebuilt:?}");
    assert_eq!(removed("gold.dim_staff"), 1);
    assert_eq!(place.warehouse.digest().await, before);
    assert_eq!(place.warehouse.count(version).await, version_before + 1);
    place.warehouse.assert_green().await;
    place.rebuild().await;
    assert_eq!(place.warehouse.count(version).await, version_before + 1);
}

/// Two versions change places: no order of updates keeps one of them current at each moment.
#[tokio::test]
async fn versions_of_which_the_wrong_one_is_current_are_mended() {
    let place = Place::loaded().await;
    let before = place.warehouse.digest().await;
    place
        .run(
            "update gold.dim_staff set is_current = false;
            update gold.dim_staff as first set is_current = true
            where not exists (
                select from gold.dim_staff as before
                where before.staff_pseudonym = first.staff_pseudonym and before.valid_from < first.valid_from
            )",
        )
        .await;
    assert_ne!(place.warehouse.digest().await, before);
    place.rebuild().await;
    assert_eq!(place.warehouse.digest().await, before);
    place.warehouse.assert_green().await;
}

#[tokio::test]
async fn patients_whose_departments_changed_need_not_be_folded_again_after_it() {
    let place = Place::loaded().await;
    place
        .run(
            "insert into ops.department_change (hospital_code, department_code, changed_from)
            select hospital_code, department_code, '-infinity' from gold.dim_department",
        )
        .await;
    place.rebuild().await;
    let client = place.warehouse.client(Role::Loader).await;
    assert!(database::refold::is_settled(&client).await.unwrap());
}

#[tokio::test]
async fn a_table_without_its_key_is_named() {
    let place = Place::loaded().await;
    place
        .run("alter table gold.fact_admission drop constraint fact_admission_pkey")
        .await;
    let mut owner = place.warehouse.client(Role::Owner).await;
    let token = tokio_util::sync::CancellationToken::new();
    let refused = super::place::rebuild_telling(&mut owner, &token, |_| {}).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("gold.fact_admission"), "{refused}");
}
