-- How many rows there are of a patient of a hospital, by table. Grain: one row a table that has any.
with
place as (
    select 'silver.adt_record' as place, count(*) as rows from silver.adt_record where patient_pseudonym = $1
    union all
    select 'silver.patients', count(*)
    from silver.patients
    where hospital_code = $2 and patient_pseudonym = $1
    union all
    select 'silver.encounters', count(*) from silver.encounters where patient_pseudonym = $1
    union all
    select 'silver.diagnoses', count(*) from silver.diagnoses where patient_pseudonym = $1
    union all
    select 'silver.procedures', count(*) from silver.procedures where patient_pseudonym = $1
    union all
    select 'silver.medications', count(*) from silver.medications where patient_pseudonym = $1
    union all
    select 'silver.charges', count(*) from silver.charges where patient_pseudonym = $1
    union all
    select 'silver.finding', count(*) from silver.finding where patient_pseudonym = $1
    union all
    select 'ops.duplicate', count(*) from ops.duplicate where patient_pseudonym = $1
    union all
    select 'gold.dim_patient', count(*) from gold.dim_patient where patient_pseudonym = $1
    union all
    select 'gold.fact_admission', count(*) from gold.fact_admission where patient_pseudonym = $1
    union all
    select 'gold.fact_location_stay', count(*) from gold.fact_location_stay where patient_pseudonym = $1
    union all
    select 'gold.fact_diagnosis', count(*) from gold.fact_diagnosis where patient_pseudonym = $1
    union all
    select 'gold.fact_procedure', count(*) from gold.fact_procedure where patient_pseudonym = $1
    union all
    select 'gold.fact_medication', count(*) from gold.fact_medication where patient_pseudonym = $1
    union all
    select 'gold.fact_charge', count(*) from gold.fact_charge where patient_pseudonym = $1
    union all
    select 'silver.hospital_patients', count(*) from silver.hospital_patients where patient_pseudonym = $1
    union all
    select 'silver.people', count(*) from silver.people where person_record_pseudonym = $3
    union all
    select 'gold.fact_registration', count(*) from gold.fact_registration where patient_pseudonym = $1
    union all
    select 'gold.dim_person', count(*) from gold.dim_person where person_record_pseudonym = $3
    union all
    select 'vault.registration', count(*) from vault.registration where patient_pseudonym = $1
    union all
    select 'vault.person', count(*) from vault.person where person_record_pseudonym = $3
    union all
    select 'vault.patient', count(*) from vault.patient where patient_pseudonym = $1
    union all
    select 'vault.registered_patient', count(*) from vault.registered_patient where patient_pseudonym = $1
    union all
    select 'vault.encounter', count(*) from vault.encounter where patient_pseudonym = $1
)
select place, rows
from place
where rows > 0
