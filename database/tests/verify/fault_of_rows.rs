//! Faults of what the tables hold.

use super::fault::{Fault, fault};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a partition that is loaded on while a storm holds it",
        "insert into ops.storm select topic_id, 0, 'ADT-001', 3, 201, now() from ops.kafka_topic limit 1",
        "offset-held",
        "loaded on: ",
    ),
    fault(
        "a hole over a record",
        "insert into ops.offset_hole select topic_id, partition, kafka_offset, kafka_offset + 1
         from bronze.kafka_record order by kafka_offset limit 1",
        "hole-with-record",
        "record in a hole: topic",
    ),
    fault(
        "a stay that ends after its encounter",
        "update gold.fact_location_stay set left_at = left_at + interval '1 second'
         where encounter_key = 'c0000000-0000-4000-8000-000000000001' and stay_number = 2",
        "stay-outside-encounter",
        "stay outside its encounter: stay 2 of c0000000-0000-4000-8000-000000000001 ends at",
    ),
    fault(
        "a stay that begins before its encounter",
        "update gold.fact_location_stay set arrived_at = arrived_at - interval '1 hour'
         where encounter_key = 'c0000000-0000-4000-8000-000000000001' and stay_number = 1",
        "stay-outside-encounter",
        "begins at 2026-03-02 07:00:00+00, before first_location_at",
    ),
    fault(
        "an open stay in a closed encounter",
        "update gold.fact_location_stay set left_at = null
         where encounter_key = 'c0000000-0000-4000-8000-000000000001' and stay_number = 2",
        "stay-outside-encounter",
        "is open",
    ),
    fault(
        "a stay without an encounter",
        "delete from gold.fact_admission where encounter_key = 'c0000000-0000-4000-8000-000000000005'",
        "stay-outside-encounter",
        "has no encounter",
    ),
    fault(
        "a gap between stays",
        "delete from gold.fact_location_stay
         where encounter_key = 'c0000000-0000-4000-8000-000000000003' and stay_number = 2",
        "stay-gap",
        "gap: encounter c0000000-0000-4000-8000-000000000003",
    ),
    fault(
        "stays that overlap",
        "update gold.fact_location_stay set left_at = left_at + interval '1 second'
         where encounter_key = 'c0000000-0000-4000-8000-000000000003' and stay_number = 2",
        "stay-overlap",
        "overlap: stay 2 of encounter c0000000-0000-4000-8000-000000000003",
    ),
    fault(
        "a stay that points to the wrong version of its patient",
        "update gold.fact_location_stay as stay set patient_key = version.patient_key
         from gold.dim_patient as version
         where stay.encounter_key = 'c0000000-0000-4000-8000-000000000001' and stay.stay_number = 1
             and version.patient_pseudonym = stay.patient_pseudonym and version.is_current",
        "fact-patient",
        "stay of encounter c0000000-0000-4000-8000-000000000001 at 2026-03-02 08:00:00+00 points to the \
         wrong version of its patient",
    ),
    fault(
        "an admission that points to the wrong version of its patient",
        "update gold.fact_admission as admission set patient_key = version.patient_key
         from gold.dim_patient as version
         where admission.encounter_key = 'c0000000-0000-4000-8000-000000000009'
             and version.patient_pseudonym = admission.patient_pseudonym and version.is_current",
        "fact-patient",
        "admission of encounter c0000000-0000-4000-8000-000000000009 at 2026-06-01 10:05:00+00 points to \
         the wrong version of its patient, not the first",
    ),
    fault(
        "a fact that points to another patient",
        "update gold.fact_admission set patient_key = (
             select patient_key from gold.dim_patient
             where patient_pseudonym = 'a0000000-0000-4000-8000-000000000002'
         )
         where encounter_key = 'c0000000-0000-4000-8000-000000000001'",
        "fact-patient",
        "the version of another patient",
    ),
    fault(
        "a fact without a patient",
        "delete from gold.dim_patient where patient_pseudonym = 'a0000000-0000-4000-8000-000000000002'",
        "fact-patient",
        "points to no version of a patient",
    ),
    fault(
        "a stay that points to the wrong version of its department",
        "update gold.fact_location_stay set department_key = (
             select department_key from gold.dim_department where department_code = 'CCU' and is_current
         )
         where encounter_key = 'c0000000-0000-4000-8000-000000000001' and stay_number = 2",
        "fact-department",
        "the wrong version of its department",
    ),
    fault(
        "a department that does not exist",
        "update gold.fact_admission set last_department_key = gen_random_uuid()
         where encounter_key = 'c0000000-0000-4000-8000-000000000001'",
        "fact-department",
        "points to no version of a department",
    ),
    fault(
        "a department of another hospital",
        "update gold.fact_location_stay set department_key = (
             select department_key from gold.dim_department where hospital_code = 'OTHR'
         )
         where encounter_key = 'c0000000-0000-4000-8000-000000000001'",
        "fact-department",
        "a department of another hospital",
    ),
    fault(
        "a hospital that is gone",
        "delete from gold.dim_hospital where hospital_code = 'OTHR'",
        "fact-hospital",
        "unknown hospital",
    ),
    fault(
        "a wrong key of a hospital",
        "update gold.dim_hospital set hospital_key = gen_random_uuid() where hospital_code = 'OTHR'",
        "hospital-key",
        "wrong key: hospital OTHR",
    ),
    fault(
        "an unknown member that is gone",
        "delete from gold.dim_department where department_code = 'unknown'",
        "unknown-member",
        "unknown member: gold.dim_department has 0",
    ),
    fault(
        "a missing day",
        "delete from gold.dim_date where date_day = '2000-02-29'",
        "date-row",
        "day 2000-02-29 is missing",
    ),
    fault(
        "a deleted silver row",
        "delete from silver.adt_record where event_id = 'e0000000-0000-4000-8000-000000010004'",
        "outcome-missing",
        "record without outcome: topic 1 partition 0 offset 104",
    ),
    fault(
        "a deleted silver row that changes nothing in gold",
        "delete from silver.adt_record where content_hash = 'd0000000-0000-4000-8000-000000020001'",
        "outcome-missing",
        "deleted silver row",
    ),
    fault(
        "a deleted silver row that was delivered twice",
        "delete from silver.adt_record where event_id = 'e0000000-0000-4000-8000-000000010002'",
        "duplicate-of-nothing",
        "duplicate of nothing: topic 1 partition 0 offset 102",
    ),
    fault(
        "a missing bronze row",
        "delete from bronze.kafka_record where partition = 1 and kafka_offset = 3",
        "bronze-missing",
        "missing bronze row: hospital.adt.events partition 1 offset 3",
    ),
    fault(
        "the first bronze row missing",
        "delete from bronze.kafka_record where partition = 0 and kafka_offset = 100",
        "bronze-missing",
        "missing bronze row: hospital.adt.events partition 0 offset 100",
    ),
    fault(
        "the last bronze row missing",
        "delete from bronze.kafka_record where partition = 1 and kafka_offset = 7",
        "bronze-missing",
        "missing bronze row: hospital.adt.events partition 1 offset 7",
    ),
    fault(
        "all of a partition missing in bronze",
        "delete from bronze.kafka_record where partition = 2",
        "bronze-missing",
        "missing bronze rows: hospital.adt.events partition 2 offsets 0 to 8",
    ),
    fault(
        "the bronze row of a quarantined record missing",
        "delete from bronze.kafka_record where partition = 0 and kafka_offset = 105",
        "outcome-without-bronze",
        "is in quarantine, but bronze does not hold it",
    ),
    fault(
        "an offset moved on by one",
        "update ops.kafka_offset set next_offset = next_offset + 1 where partition = 1",
        "offset-ahead",
        "offset moved ahead: hospital.adt.events partition 1 is at 9, which is 1 beyond",
    ),
    fault(
        "the offset of an empty partition moved on by one",
        "update ops.kafka_offset set next_offset = next_offset + 1 where partition = 3",
        "offset-ahead",
        "offset moved ahead: hospital.adt.events partition 3",
    ),
    fault(
        "an offset moved back by one",
        "update ops.kafka_offset set next_offset = next_offset - 1 where partition = 1",
        "bronze-beyond",
        "bronze row outside of what was read: topic 1 partition 1 offset 7",
    ),
    fault(
        "a lost offset",
        "delete from ops.kafka_offset where partition = 2",
        "bronze-beyond",
        "read is nothing",
    ),
    fault(
        "a bronze row twice",
        "insert into bronze.kafka_record (received_on, topic_id, partition, kafka_offset, received_at, schema_id)
         values ('2026-06-02', 1, 0, 100, '2026-06-02', 7)",
        "bronze-twice",
        "bronze row twice: topic 1 partition 0 offset 100",
    ),
    fault(
        "a record with two outcomes",
        "update ops.duplicate set kafka_offset = 101",
        "outcome-twice",
        "record with several outcomes: topic 1 partition 0 offset 101",
    ),
    fault(
        "a lost schema",
        "delete from ops.schema",
        "schema-missing",
        "missing schema",
    ),
    fault(
        "a patient of two hospitals",
        "update silver.adt_record set hospital_code = 'OTHR'
         where event_id = 'e0000000-0000-4000-8000-000000010003'",
        "silver-hospital",
        "of two hospitals",
    ),
    fault(
        "a lost fingerprint",
        "delete from vault.key",
        "vault-key",
        "no fingerprint",
    ),
    fault(
        "a patient missing in the vault",
        "delete from vault.patient where patient_id = '2'",
        "vault-patient",
        "patient a0000000-0000-4000-8000-000000000002 is in silver, but not in the vault",
    ),
    fault(
        "a patient whose identity is not the last stated",
        "update vault.patient set content_hash = gen_random_uuid() where patient_id = '2'",
        "vault-patient",
        "not as last stated",
    ),
    fault(
        "an encounter missing in the vault",
        "delete from vault.encounter where encounter_id = '12'",
        "vault-encounter",
        "encounter c0000000-0000-4000-8000-000000000002 is in silver, but not in the vault",
    ),
    fault(
        "a member of staff missing in the vault",
        "update silver.adt_record set attending_staff_pseudonym = 'f0000000-0000-4000-8000-000000000001'
         where event_id = 'e0000000-0000-4000-8000-000000010003'",
        "vault-staff",
        "member of staff f0000000-0000-4000-8000-000000000001",
    ),
    fault(
        "a ward that nobody told patients of",
        "delete from silver.ward where ward = '7'",
        "finding-history",
        "finding too many: HIS-010 of event e0000000-0000-4000-8000-000000010005",
    ),
    fault(
        "a ward that lost its beds",
        "update silver.ward set beds = 1, ward = 'C' where ward = '1'",
        "finding-history",
        "missing finding: HIS-009 of event e0000000-0000-4000-8000-000000030002",
    ),
    fault(
        "a member of staff with the wrong identity in the vault",
        "update vault.staff set content_hash = gen_random_uuid() where staff_id = 'S000002'",
        "vault-staff",
        "member of staff f1000000-0000-4000-8000-000000000002 is in the vault, but not as last stated",
    ),
    fault(
        "a version of staff that silver does not say",
        "update gold.dim_staff set shift = 'night'
         where staff_pseudonym = 'f1000000-0000-4000-8000-000000000002'",
        "staff-history",
        "wrong version: member of staff f1000000-0000-4000-8000-000000000002 from 2026-03-05 22:00:00+00 \
         differs in attributes",
    ),
    fault(
        "a statement that was lost",
        "delete from silver.staff_statement where kafka_offset = 1",
        "staff-history",
        "version too many: member of staff f1000000-0000-4000-8000-000000000001",
    ),
    fault(
        "a department that has other beds than stated",
        "update gold.dim_department set beds = beds + 1 where department_code = 'CCU' and is_current",
        "department-history",
        "wrong version: department HOSP/CCU from 2026-03-04 00:00:00+00 differs in attributes",
    ),
    fault(
        "a department that nobody stated",
        "delete from silver.department_statement where hospital_code = 'OTHR'",
        "department-history",
        "version too many: department OTHR/MED from -infinity",
    ),
    fault(
        "a missing version",
        "delete from gold.dim_patient where patient_pseudonym = 'a0000000-0000-4000-8000-000000000003'
             and is_current",
        "patient-history",
        "missing version: patient a0000000-0000-4000-8000-000000000003",
    ),
    fault(
        "an attribute that silver does not say",
        "update gold.dim_patient set home_language = 'isiZulu', sex = null
         where patient_pseudonym = 'a0000000-0000-4000-8000-000000000001' and is_current",
        "patient-history",
        "differs in sex, home_language",
    ),
    fault(
        "a version too many",
        "insert into gold.dim_patient (
             patient_key, patient_pseudonym, hospital_code, valid_from, valid_to, is_current
         ) values (
             gen_random_uuid(), 'a0000000-0000-4000-8000-000000000009', 'HOSP', '2026-04-02', 'infinity', true
         )",
        "patient-history",
        "version too many: patient a0000000-0000-4000-8000-000000000009",
    ),
    fault(
        "a missing stay",
        "delete from gold.fact_location_stay where encounter_key = 'c0000000-0000-4000-8000-000000000002'",
        "stay-history",
        "missing stay: encounter c0000000-0000-4000-8000-000000000002",
    ),
    fault(
        "a stay in another bed",
        "update gold.fact_location_stay set bed = '9'
         where encounter_key = 'c0000000-0000-4000-8000-000000000002'",
        "stay-history",
        "differs in bed",
    ),
    fault(
        "a missing admission",
        "delete from gold.fact_admission where encounter_key = 'c0000000-0000-4000-8000-000000000007'",
        "admission-history",
        "missing admission: encounter c0000000-0000-4000-8000-000000000007",
    ),
    fault(
        "a death that silver does not say",
        "update gold.fact_admission set died = true
         where encounter_key = 'c0000000-0000-4000-8000-000000000001'",
        "admission-history",
        "differs in died",
    ),
    fault(
        "a missing finding",
        "delete from silver.finding where rule = 'HIS-005'",
        "finding-history",
        "missing finding: HIS-005",
    ),
    fault(
        "a finding too many",
        "insert into silver.finding (patient_pseudonym, rule, event_id) values (
             'a0000000-0000-4000-8000-000000000001', 'HIS-007', 'e0000000-0000-4000-8000-000000010001'
         )",
        "finding-history",
        "finding too many: HIS-007",
    ),
    fault(
        "a finding of another encounter",
        "update silver.finding set encounter_key = null where rule = 'HIS-001'",
        "finding-history",
        "wrong finding: HIS-001",
    ),
    fault(
        "a missing shard",
        "delete from ops.shard where shard = 2",
        "shard-row",
        "missing shard: 2",
    ),
    fault(
        "no shard at all",
        "delete from ops.shard",
        "shard-row",
        "missing shard: 0",
    ),
    fault(
        "another number of partitions",
        "update ops.kafka_topic set partitions = 3",
        "shard-row",
        "shard too many: 3",
    ),
    fault(
        "a record without its value",
        "update bronze.kafka_record set payload = null where partition = 1 and kafka_offset = 2",
        "bronze-damaged",
        "topic 1 partition 1 offset 2: its schema is known and its value is gone",
    ),
    fault(
        "a record that came on another day",
        "update bronze.kafka_record set received_at = received_at + interval '1 day'
         where partition = 1 and kafka_offset = 2",
        "bronze-damaged",
        "it lies on 2026-06-01 and came at 2026-06-02",
    ),
    fault(
        "a stranger in the vault",
        "insert into vault.staff values ('e0000000-0000-4000-8000-00000000000e', '1')",
        "vault-staff",
        "member of staff e0000000-0000-4000-8000-00000000000e is in the vault, but not in silver",
    ),
    fault(
        "a hospital in no time zone",
        "update gold.dim_hospital set time_zone = 'Mars/Base' where hospital_code = 'HOSP'",
        "hospital-zone",
        "unknown time zone: hospital HOSP has Mars/Base",
    ),
    fault(
        "an unknown patient who is somebody",
        "update gold.dim_patient set sex = 'F' where hospital_code = 'unknown'",
        "unknown-member",
        "gold.dim_patient has 1, of which 0",
    ),
];
