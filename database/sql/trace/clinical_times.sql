-- The lines of the clinical facts of a patient, and the time by which the version of the patient is found.
-- Grain: one row a fact.
select distinct on (fact, encounter_key, line_number) fact, encounter_key, line_number, at
from (
    select 'gold.fact_diagnosis' as fact, encounter_key, line_number, extracted_at, content_hash,
        coalesce(diagnosed_at, extracted_at) as at
    from silver.diagnoses
    where patient_pseudonym = $1
    union all
    select 'gold.fact_procedure', encounter_key, line_number, extracted_at, content_hash,
        coalesce(performed_at, extracted_at)
    from silver.procedures
    where patient_pseudonym = $1
    union all
    select 'gold.fact_medication', encounter_key, line_number, extracted_at, content_hash,
        coalesce(started_at, extracted_at)
    from silver.medications
    where patient_pseudonym = $1
    union all
    select 'gold.fact_charge', encounter_key, line_number, extracted_at, content_hash,
        coalesce(charged_at, extracted_at)
    from silver.charges
    where patient_pseudonym = $1
) as line
order by fact, encounter_key, line_number, extracted_at desc, content_hash desc
