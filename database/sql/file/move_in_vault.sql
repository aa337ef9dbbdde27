-- What is known of patients holds since another day.
update vault.registered_patient as known
set effective_at = moved.effective_at
from unnest($1::uuid[], $2::timestamptz[]) as moved (patient_pseudonym, effective_at)
where known.patient_pseudonym = moved.patient_pseudonym
