-- What readers and lanes count on beside the tables. A new one is added here with its migration.
with
expected as (
    select *
    from (
        values
        ('view', 'gold.patient_versions'),
        ('view', 'gold.people'),
        ('view', 'gold.registrations'),
        ('view', 'gold.staff_versions'),
        ('view', 'gold.department_versions'),
        ('view', 'gold.admissions'),
        ('view', 'gold.location_stays'),
        ('view', 'gold.current_occupancy'),
        ('view', 'silver.reconciliation'),
        ('view', 'vault.patient_number'),
        ('view', 'gold.bed_occupancy'),
        ('view', 'gold.running_occupancy'),
        ('view', 'gold.midnight_census'),
        ('function', 'gold.occupancy_at(timestamp with time zone)'),
        ('function', 'bronze.ensure_partitions(date,date)'),
        ('default partition', 'bronze.kafka_record_default')
    ) as expected (kind, name)
)
select format('missing %s: %s', kind, name) as what
from expected
where
    case kind
        when 'function' then to_regprocedure(name) is null
        when 'default partition' then (
            select not coalesce(bool_or(partition.partdefid = to_regclass(name)), false)
            from pg_partitioned_table as partition
            where partition.partrelid = to_regclass('bronze.kafka_record')
        )
        else to_regclass(name) is null
    end
