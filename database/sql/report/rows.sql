-- Rows by layer, in the order of the layers, as a person wants to see them after a run.
select 1 as place, 'bronze.kafka_record' as table_name, count(*) as row_count from bronze.kafka_record
union all select 2, 'bronze.file', count(*) from bronze.file
union all select 3, 'silver.adt_record', count(*) from silver.adt_record
union all select 4, 'silver.patients', count(*) from silver.patients
union all select 5, 'silver.encounters', count(*) from silver.encounters
union all select 6, 'silver.people', count(*) from silver.people
union all select 7, 'silver.hospital_patients', count(*) from silver.hospital_patients
union all select 8, 'silver.staff', count(*) from silver.staff
union all select 9, 'silver.staff_statement', count(*) from silver.staff_statement
union all select 10, 'silver.department_statement', count(*) from silver.department_statement
union all select 11, 'silver.finding', count(*) from silver.finding
union all select 12, 'vault.patient', count(*) from vault.patient
union all select 13, 'vault.registered_patient', count(*) from vault.registered_patient
union all select 14, 'vault.person', count(*) from vault.person
union all select 15, 'vault.registration', count(*) from vault.registration
union all select 16, 'vault.encounter', count(*) from vault.encounter
union all select 17, 'vault.listed_staff', count(*) from vault.listed_staff
union all select 18, 'gold.dim_patient', count(*) from gold.patient_versions
union all select 19, 'gold.dim_staff', count(*) from gold.staff_versions
union all select 20, 'gold.dim_person', count(*) from gold.people
union all select 21, 'gold.dim_department', count(*) from gold.department_versions
union all select 22, 'gold.fact_admission', count(*) from gold.fact_admission
union all select 23, 'gold.fact_location_stay', count(*) from gold.fact_location_stay
union all select 24, 'gold.fact_bed_occupancy', count(*) from gold.fact_bed_occupancy
union all select 25, 'gold.fact_diagnosis', count(*) from gold.fact_diagnosis
union all select 26, 'gold.fact_procedure', count(*) from gold.fact_procedure
union all select 27, 'gold.fact_medication', count(*) from gold.fact_medication
union all select 28, 'gold.fact_charge', count(*) from gold.fact_charge
union all select 29, 'gold.fact_registration', count(*) from gold.fact_registration
union all select 30, 'ops.duplicate', count(*) from ops.duplicate
union all select 31, 'ops.line_duplicate', count(*) from ops.line_duplicate
union all select 32, 'ops.quarantine', count(*) from ops.quarantine
order by place
