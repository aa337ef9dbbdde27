-- Every column of silver.finding, in the order of its key.
select
    patient_pseudonym, rule, event_id, encounter_key
from silver.finding
order by patient_pseudonym, rule collate "C", event_id
