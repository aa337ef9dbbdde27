-- What the snapshots of a hospital say of each of its patients as of a day.
select distinct on (patient_pseudonym) patient_pseudonym, state, content_hash
from silver.patients
where hospital_code = $1 and extract_date <= $2
order by patient_pseudonym, extract_date desc
