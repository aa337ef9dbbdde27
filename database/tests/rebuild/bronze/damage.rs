//! Damage by hand to silver, the vault and the books is mended, and gold follows.

use super::contents::{Contents, assert_same};
use super::place::Place;

/// What hands may do, each to a table that follows from bronze.
const DAMAGE: [(&str, &str); 15] = [
    (
        "silver.adt_record",
        "delete from silver.adt_record where kafka_offset % 3 = 0",
    ),
    (
        "silver.adt_record",
        "update silver.adt_record set sex = 'X', repairs = '{ADT-011}' where kafka_offset % 2 = 0",
    ),
    // The patient of another one, which changes the key of the row.
    (
        "silver.adt_record",
        "update silver.adt_record set event_id = gen_random_uuid() where kafka_offset % 5 = 0",
    ),
    (
        "silver.adt_record",
        "insert into silver.adt_record (
            patient_pseudonym, event_id, content_hash, event_type, occurred_at, recorded_at, hospital_code, repairs,
            topic_id, partition, kafka_offset
        )
        select
            gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), event_type, occurred_at, recorded_at, hospital_code,
            repairs, topic_id, partition, kafka_offset
        from silver.adt_record",
    ),
    (
        "silver.staff_statement",
        "update silver.staff_statement set status = 'employed'",
    ),
    ("silver.staff_statement", "truncate silver.staff_statement"),
    (
        "silver.department_statement",
        "delete from silver.department_statement where topic_id is not null",
    ),
    ("vault.patient", "update vault.patient set last_name = 'Nobody'"),
    ("vault.patient", "delete from vault.patient"),
    ("vault.encounter", "delete from vault.encounter"),
    (
        "vault.staff",
        "insert into vault.staff (staff_pseudonym, staff_id) values (gen_random_uuid(), 'S77');
        delete from vault.staff where effective_at is not null",
    ),
    ("ops.duplicate", "delete from ops.duplicate"),
    (
        "ops.duplicate",
        "update ops.duplicate set event_id = gen_random_uuid()",
    ),
    (
        "ops.quarantine",
        "update ops.quarantine set reason = 'because', field = 'x' where rule not in ('ADT-001', 'WHS-001')",
    ),
    (
        "ops.quarantine",
        "update ops.quarantine set rule = 'ADT-004' where rule = 'ADT-006'",
    ),
];

#[tokio::test]
async fn what_hands_changed_is_right_again() {
    let place = Place::loaded().await;
    place.warehouse.assert_green().await;
    let before = place.contents().await;
    for (table, damage) in DAMAGE {
        place.run(damage).await;
        let rebuilt = place.rebuild().await;
        let found = rebuilt.tables.iter().find(|it| it.name == table).unwrap();
        assert!(!found.is_same(), "{damage}");
        assert_same(&unversioned(&before), &place.contents().await, damage);
        assert!(place.rebuild().await.is_same(), "{damage}");
    }
    place.warehouse.assert_green().await;
}

/// The version of the reference data counts the changes of departments.
fn unversioned(contents: &Contents) -> Contents {
    let mut contents = contents.clone();
    contents.remove("ops.reference");
    contents
}

#[tokio::test]
async fn layers_that_were_emptied_are_full_again() {
    let place = Place::loaded().await;
    place.warehouse.assert_green().await;
    let (before, digest) = (place.contents().await, place.warehouse.digest().await);
    place
        .run(
            "truncate silver.adt_record, silver.staff_statement, silver.finding, vault.patient, vault.encounter, vault.staff,
                ops.duplicate, gold.dim_patient, gold.fact_admission, gold.fact_location_stay, gold.fact_bed_occupancy,
                gold.dim_staff, ops.census_frontier, ops.census_roster, ops.census_witness;
            delete from silver.department_statement where topic_id is not null",
        )
        .await;
    let rebuilt = place.rebuild().await;
    assert!(!rebuilt.is_same());
    assert_eq!(place.warehouse.digest().await, digest);
    place.warehouse.assert_green().await;
    // Of deliveries of one content the earliest is the first, as it was.
    assert_same(&unversioned(&before), &place.contents().await, "emptied");
}

/// Whichever delivery silver names is the first, as long as it is one.
#[tokio::test]
async fn another_delivery_that_silver_names_stays_the_first() {
    let place = Place::loaded().await;
    place
        .run(
            "with
            other as (
                delete from ops.duplicate where patient_pseudonym is not null and kafka_offset < 28 returning *
            ),
            first as (
                update silver.adt_record as record
                set topic_id = other.topic_id, partition = other.partition, kafka_offset = other.kafka_offset
                from other, silver.adt_record as was
                where record.patient_pseudonym = other.patient_pseudonym and record.event_id = other.event_id
                    and record.content_hash = other.content_hash and was.ctid = record.ctid
                returning was.topic_id, was.partition, was.kafka_offset, record.patient_pseudonym, record.event_id,
                    record.content_hash
            )
            insert into ops.duplicate table first",
        )
        .await;
    place.warehouse.assert_green().await;
    let before = place.contents().await;
    let rebuilt = place.rebuild().await;
    assert!(rebuilt.is_same(), "{rebuilt:#?}");
    // Where silver has lost it, the books tell which one it was.
    place.run("delete from silver.adt_record").await;
    assert!(!place.rebuild().await.is_same());
    assert_same(&before, &place.contents().await, "the first");
    // Where the books have, silver does.
    place.run("delete from ops.duplicate").await;
    assert!(!place.rebuild().await.is_same());
    assert_same(&before, &place.contents().await, "the others");
}

/// A patient who is erased stays so, whatever hands put back.
#[tokio::test]
async fn nothing_of_an_erased_patient_comes_back() {
    let place = Place::loaded().await;
    place.warehouse.assert_green().await;
    let before = place.contents().await;
    place
        .run(
            "insert into silver.adt_record (
                patient_pseudonym, event_id, content_hash, event_type, occurred_at, recorded_at, hospital_code, repairs,
                topic_id, partition, kafka_offset
            )
            select
                patient_pseudonym, gen_random_uuid(), gen_random_uuid(), 'A08', now(), now(), 'ROSEBANK', '{}', topic_id,
                partition, kafka_offset
            from ops.erased_record",
        )
        .await;
    assert!(!place.rebuild().await.is_same());
    assert_same(&before, &place.contents().await, "erased");

    // What comes back with a backup of bronze goes again.
    place
        .run(
            "update bronze.kafka_record as record set schema_id = other.schema_id, key = other.key, payload = other.payload
            from ops.erased_record as erased, bronze.kafka_record as other
            where (record.topic_id, record.partition, record.kafka_offset)
                = (erased.topic_id, erased.partition, erased.kafka_offset)
                and other.topic_id = 1 and other.kafka_offset = 13",
        )
        .await;
    assert!(!place.rebuild().await.is_same());
    assert_same(&before, &place.contents().await, "brought back");

    // A record that is the patient's, and that nobody took for it, loses what it holds.
    place
        .run(
            "with lost as (delete from ops.erased_record where kafka_offset = 40 returning *)
            update bronze.kafka_record as record set schema_id = other.schema_id, payload = other.payload
            from lost, bronze.kafka_record as other
            where (record.topic_id, record.partition, record.kafka_offset)
                = (lost.topic_id, lost.partition, lost.kafka_offset)
                and other.topic_id = lost.topic_id and other.kafka_offset = 30",
        )
        .await;
    place.run(KEYED).await;
    assert!(!place.rebuild().await.is_same());
    assert_same(&before, &place.contents().await, "erased later");

    // A record of somebody else that stands under the patient's key is somebody else's still, and loses the key.
    let silver = "select count(*) from silver.adt_record where (topic_id, kafka_offset) = (1, 3)";
    let keyed = "select count(*) from bronze.kafka_record where (topic_id, kafka_offset) = (1, 3) and key is not null";
    assert_eq!(
        (place.count(silver).await, place.count(keyed).await),
        (1, 1)
    );
    place
        .run(&KEYED.replace("= 40", "= 3 and topic_id = 1"))
        .await;
    assert!(!place.rebuild().await.is_same());
    assert_eq!(
        (place.count(silver).await, place.count(keyed).await),
        (1, 0)
    );
    assert!(place.rebuild().await.is_same());
    place.warehouse.assert_green().await;
}

/// A record under the key of the erased patient.
const KEYED: &str = "update bronze.kafka_record
    set key = (select convert_to(hospital_code || ':P9', 'UTF8') from ops.erasure)
    where kafka_offset = 40";
