-- The charges of each encounter, made anew from silver by docs/history.md: of the contents of one line
-- number that with the greatest (extracted_at, content_hash) counts.
with
statement as (
    select distinct on (encounter_key, line_number)
        encounter_key,
        line_number,
        patient_pseudonym,
        hospital_code,
        coalesce(charged_at, extracted_at) as at,
        row(item_code, description, quantity, unit_price_cents, amount_cents, charged_at) as content
    from silver.charges
    order by encounter_key, line_number, extracted_at desc, content_hash desc
),
actual as (
    select
        encounter_key,
        line_number,
        patient_pseudonym,
        hospital_code,
        patient_key,
        row(item_code, description, quantity, unit_price_cents, amount_cents, charged_at) as content
    from gold.fact_charge
),
-- include concept/clinical-fact.sql
wrong as (
    select * from compared_row where fault is not null
)
select format('charge %s of encounter %s %s', line_number, encounter_key, fault) as what
from wrong
