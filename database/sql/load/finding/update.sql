-- Rows that stay under their key and say something else.
update silver.finding as stored
set
    encounter_key = changed.encounter_key
from unnest($1::silver.finding[]) as changed
where stored.patient_pseudonym = changed.patient_pseudonym
    and stored.rule = changed.rule
    and stored.event_id = changed.event_id
