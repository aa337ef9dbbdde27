-- What silver holds of the patients, by the primary key.
select patient_pseudonym, content_hash, extracted_at, extract_date, file_id, line
from silver.hospital_patients
where patient_pseudonym = any($1::uuid[])
