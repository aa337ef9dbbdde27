-- The next patients in the order of the key: those after $1, or the first ones where it is NULL. Grain: one row a patient.
select patient_pseudonym, hospital_code
from pg_temp.patient
where ($1::uuid is null or patient_pseudonym > $1) and (is_clinical or not $2)
order by patient_pseudonym
limit $3
