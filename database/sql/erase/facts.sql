-- The clinical facts of encounters, and the registration of a patient with the person.
with
diagnosis as (
    delete from gold.fact_diagnosis where encounter_key = any($1::uuid[])
),
procedure as (
    delete from gold.fact_procedure where encounter_key = any($1::uuid[])
),
medication as (
    delete from gold.fact_medication where encounter_key = any($1::uuid[])
),
registration as (
    delete from gold.fact_registration where patient_pseudonym = $2
),
person as (
    delete from gold.dim_person where person_record_pseudonym = $3
)
delete from gold.fact_charge where encounter_key = any($1::uuid[])
