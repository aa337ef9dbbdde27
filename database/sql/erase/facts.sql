-- The clinical facts of encounters.
with
diagnosis as (
    delete from gold.fact_diagnosis where encounter_key = any($1::uuid[])
),
procedure as (
    delete from gold.fact_procedure where encounter_key = any($1::uuid[])
),
medication as (
    delete from gold.fact_medication where encounter_key = any($1::uuid[])
)
delete from gold.fact_charge where encounter_key = any($1::uuid[])
