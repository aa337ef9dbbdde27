-- Rows of the touched patients.
select
    patient_pseudonym, rule, event_id, encounter_key
from silver.finding
where patient_pseudonym = any($1::uuid[])
