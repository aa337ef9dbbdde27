-- The procedures of each encounter, made anew from silver by docs/history.md: of the contents of one line
-- number that with the greatest (extracted_at, content_hash) counts.
with
statement as (
    select distinct on (encounter_key, line_number)
        encounter_key,
        line_number,
        patient_pseudonym,
        hospital_code,
        coalesce(performed_at, extracted_at) as at,
        row(code, description, performed_at, staff_pseudonym) as content
    from silver.procedures
    order by encounter_key, line_number, extracted_at desc, content_hash desc
),
actual as (
    select
        encounter_key,
        line_number,
        patient_pseudonym,
        hospital_code,
        patient_key,
        row(code, description, performed_at, staff_pseudonym) as content
    from gold.fact_procedure
),
-- include concept/clinical-fact.sql
wrong as (
    select * from compared_row where fault is not null
)
select format('procedure %s of encounter %s %s', line_number, encounter_key, fault) as what
from wrong
