-- What the database itself refuses must stay refused: every guard of the migrations, by name. A new
-- one is added here with its migration.
with
expected_constraint as (
    select *
    from (
        values
        ('bronze.kafka_record', 'kafka_record_pkey'),
        ('silver.adt_record', 'adt_record_pkey'),
        ('silver.finding', 'finding_pkey'),
        ('vault.key', 'key_pkey'),
        ('vault.key', 'key_only_one_check'),
        ('vault.key', 'key_fingerprint_check'),
        ('vault.patient', 'patient_pkey'),
        ('vault.encounter', 'encounter_pkey'),
        ('vault.staff', 'staff_pkey'),
        ('gold.dim_hospital', 'dim_hospital_pkey'),
        ('gold.dim_hospital', 'dim_hospital_hospital_code_key'),
        ('gold.dim_department', 'dim_department_pkey'),
        ('gold.dim_department', 'dim_department_hospital_code_department_code_valid_from_key'),
        ('gold.dim_department', 'dim_department_interval'),
        ('gold.dim_patient', 'dim_patient_pkey'),
        ('gold.dim_patient', 'dim_patient_version'),
        ('gold.dim_patient', 'dim_patient_interval'),
        ('gold.dim_date', 'dim_date_pkey'),
        ('gold.fact_admission', 'fact_admission_pkey'),
        ('gold.fact_admission', 'fact_admission_length_of_stay_seconds_check'),
        ('gold.fact_admission', 'fact_admission_transfer_count_check'),
        ('gold.fact_admission', 'fact_admission_interval'),
        ('gold.fact_location_stay', 'fact_location_stay_pkey'),
        ('gold.fact_location_stay', 'fact_location_stay_stay_number_check'),
        ('gold.fact_location_stay', 'fact_location_stay_interval'),
        ('ops.kafka_topic', 'kafka_topic_pkey'),
        ('ops.kafka_topic', 'kafka_topic_cluster_id_topic_key'),
        ('ops.kafka_topic', 'kafka_topic_partitions_check'),
        ('ops.kafka_offset', 'kafka_offset_pkey'),
        ('ops.kafka_offset', 'kafka_offset_cluster_id_topic_fkey'),
        ('ops.kafka_offset', 'kafka_offset_partition_check'),
        ('ops.kafka_offset', 'kafka_offset_first_offset_check'),
        ('ops.kafka_offset', 'kafka_offset_check'),
        ('ops.shard', 'shard_pkey'),
        ('ops.shard', 'shard_shard_check'),
        ('ops.quarantine', 'quarantine_pkey'),
        ('ops.quarantine', 'quarantine_topic_id_fkey'),
        ('ops.quarantine', 'quarantine_topic_id_partition_kafka_offset_key'),
        ('ops.quarantine', 'quarantine_attempts_check'),
        ('ops.quarantine', 'quarantine_state_check'),
        ('ops.duplicate', 'duplicate_pkey'),
        ('ops.schema', 'schema_pkey'),
        ('ops.offset_hole', 'offset_hole_pkey'),
        ('ops.offset_hole', 'offset_hole_topic_id_fkey'),
        ('ops.offset_hole', 'offset_hole_first_offset_check'),
        ('ops.offset_hole', 'offset_hole_check'),
        ('ops.reference', 'reference_pkey'),
        ('ops.reference', 'reference_only_one_check'),
        ('ops.reference', 'reference_version_check')
    ) as expected (table_name, name)
),
constraint_in_force as (
    select format('%s.%s', namespace.nspname, class.relname) as table_name, guard.conname as name
    from pg_constraint as guard
    join pg_class as class on class.oid = guard.conrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    left join pg_index as index on index.indexrelid = guard.conindid
    where guard.convalidated and (guard.contype = 'f' or coalesce(index.indisvalid and index.indisready, true))
),
expected_index as (
    select *
    from (
        values
        ('gold.dim_department', 'dim_department_one_current'),
        ('gold.dim_patient', 'dim_patient_one_current')
    ) as expected (table_name, name)
),
index_in_force as (
    select format('%s.%s', namespace.nspname, class.relname) as table_name, index_class.relname as name
    from pg_index as index
    join pg_class as index_class on index_class.oid = index.indexrelid
    join pg_class as class on class.oid = index.indrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where index.indisunique and index.indisvalid and index.indisready
),
expected_trigger as (
    select 'gold.dim_patient' as table_name, 'dim_patient_joined' as name
),
trigger_in_force as (
    select format('%s.%s', namespace.nspname, class.relname) as table_name, guard.tgname as name
    from pg_trigger as guard
    join pg_class as class on class.oid = guard.tgrelid
    join pg_namespace as namespace on namespace.oid = class.relnamespace
    where guard.tgenabled in ('O', 'A')
),
missing as (
    select 'constraint' as kind, table_name, name
    from (table expected_constraint except table constraint_in_force) as guard
    union all
    select 'unique index', table_name, name
    from (table expected_index except table index_in_force) as guard
    union all
    select 'trigger', table_name, name
    from (table expected_trigger except table trigger_in_force) as guard
)
select format('guard not in force: %s %s of %s', kind, name, table_name) as what
from missing
