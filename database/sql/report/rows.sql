-- Rows by layer, in the order of the layers, as a person wants to see them after a run.
select 1 as place, 'bronze.kafka_record' as table_name, count(*) as row_count from bronze.kafka_record
union all select 2, 'silver.adt_record', count(*) from silver.adt_record
union all select 3, 'silver.finding', count(*) from silver.finding
union all select 4, 'vault.patient', count(*) from vault.patient
union all select 5, 'vault.encounter', count(*) from vault.encounter
union all select 6, 'gold.dim_patient', count(*) from gold.patient_versions
union all select 7, 'gold.fact_admission', count(*) from gold.fact_admission
union all select 8, 'gold.fact_location_stay', count(*) from gold.fact_location_stay
union all select 9, 'ops.duplicate', count(*) from ops.duplicate
union all select 10, 'ops.quarantine', count(*) from ops.quarantine
order by place
