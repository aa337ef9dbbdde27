-- 40,000 patients with an encounter of five records each; statistics stay as they are.
alter table silver.adt_record set (autovacuum_enabled = false);
alter table silver.finding set (autovacuum_enabled = false);
alter table gold.dim_patient set (autovacuum_enabled = false);
alter table gold.fact_admission set (autovacuum_enabled = false);
alter table gold.fact_location_stay set (autovacuum_enabled = false);

create function pg_temp.id(kind text, number integer) returns uuid
language sql immutable as $$ select md5(kind || number)::uuid $$;

insert into silver.adt_record (
    patient_pseudonym, event_id, content_hash, encounter_key, event_type, occurred_at, recorded_at,
    hospital_code, department_code, ward, repairs, topic_id, partition, kafka_offset
)
select
    pg_temp.id('patient', patient), pg_temp.id('event', patient * 5 + event),
    pg_temp.id('content', patient * 5 + event), pg_temp.id('encounter', patient), 'A02',
    timestamptz '2026-01-01' + event * interval '1 hour',
    timestamptz '2026-01-01' + event * interval '1 hour', 'ROSEBANK', 'MED', 'MED-1', '{}', 9, 0, 0
from generate_series(1, 40000) as patients (patient)
cross join generate_series(0, 4) as events (event);

insert into silver.finding (patient_pseudonym, rule, event_id)
select pg_temp.id('patient', patient), 'HIS-004', pg_temp.id('event', patient * 5)
from generate_series(1, 40000) as patients (patient);

insert into gold.dim_patient (patient_key, patient_pseudonym, hospital_code, valid_from, valid_to, is_current)
select
    pg_temp.id('version', patient), pg_temp.id('patient', patient), 'ROSEBANK', '2026-01-01', 'infinity', true
from generate_series(1, 40000) as patients (patient);

insert into gold.fact_admission (
    encounter_key, patient_key, patient_pseudonym, hospital_code, admission_department_key,
    last_department_key, transfer_count, age_band
)
select
    pg_temp.id('encounter', patient), pg_temp.id('version', patient), pg_temp.id('patient', patient),
    'ROSEBANK', pg_temp.id('department', 1), pg_temp.id('department', 1), 4, 'unknown'
from generate_series(1, 40000) as patients (patient);

insert into gold.fact_location_stay (
    encounter_key, arrived_at, stay_number, patient_key, patient_pseudonym, hospital_code, department_key
)
select
    pg_temp.id('encounter', patient), timestamptz '2026-01-01' + event * interval '1 hour', event + 1,
    pg_temp.id('version', patient), pg_temp.id('patient', patient), 'ROSEBANK', pg_temp.id('department', 1)
from generate_series(1, 40000) as patients (patient)
cross join generate_series(0, 4) as events (event);

select pg_stat_force_next_flush();
