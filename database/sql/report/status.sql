-- Where a simulation stands: one row. Of the flow that the producer announced the local time is that of its first
-- hospital, and an extract is due once its day is over in its hospital.
with simulation as (
    select
        simulation.*,
        coalesce(
            (select time_zone from gold.dim_hospital where hospital_code = simulation.hospitals[1]), 'UTC'
        ) as time_zone
    from ops.simulation as simulation
),

due as (
    select hospital.hospital_code, simulation.starts_on + day as extract_date
    from simulation
    cross join generate_series(0, simulation.days - 1) as day
    cross join unnest(simulation.hospitals) as hospital (hospital_code)
    left join gold.dim_hospital as known using (hospital_code)
    where (simulation.starts_on + day + 1)::timestamp at time zone coalesce(known.time_zone, 'UTC')
        <= simulation.simulated_at
)

select
    simulation.simulated_at at time zone simulation.time_zone as local_time,
    simulation.starts_on::timestamp at time zone simulation.time_zone as starts_at,
    (simulation.starts_on + simulation.days)::timestamp at time zone simulation.time_zone as ends_at,
    -- A copy of a record, or a record, of each topic; a file without its compression.
    (
        select coalesce(sum(octet_length(payload)), 0)::bigint
        from bronze.kafka_record
    ) as event_bytes,
    (select coalesce(sum(bytes), 0)::bigint from bronze.file) as file_bytes,
    (select count(*) from bronze.kafka_record) as received,
    (
        (select count(*) from silver.adt_record)
        + (select count(*) from silver.staff_statement where topic_id is not null)
        + (select count(*) from silver.department_statement where topic_id is not null)
    ) as loaded,
    (select count(*) from ops.duplicate) as duplicates,
    (select count(*) from ops.quarantine where file_id is null) as quarantined,
    (select count(*) from ops.file_progress where state = 'loaded') as files_loaded,
    (select count(*) from ops.file_progress where state = 'loading') as files_loading,
    (select count(*) from ops.file_refusal) as files_refused,
    (select count(*) from due) as deliveries_due,
    (select count(*) from bronze.file join due using (hospital_code, extract_date))
    + (
        select count(*)
        from bronze.file
        where hospital_code is null and extract_date = simulation.starts_on - 1
    ) as files_taken_of_due,
    (select max(received_at) from bronze.kafka_record) as last_record_at,
    (select max(received_at) from bronze.file) as last_file_at,
    clock_timestamp() as now
from simulation
