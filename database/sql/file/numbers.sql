-- The hospital's numbers of patients.
select patient_pseudonym, patient_id
from vault.patient_number
where patient_pseudonym = any($1::uuid[])
