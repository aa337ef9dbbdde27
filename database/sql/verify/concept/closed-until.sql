-- When the third of the latest records of different patients was, to the whole hour: all hours before
-- are closed. Grain: one row a hospital.
closed_until as (
    select
        hospital_code,
        date_trunc('hour', (array_agg(last_seen_at order by last_seen_at desc))[3], 'UTC') as moment
    from (
        select hospital_code, patient_pseudonym, max(occurred_at) as last_seen_at
        from silver.adt_record
        group by hospital_code, patient_pseudonym
    ) as patient
    group by hospital_code
),
