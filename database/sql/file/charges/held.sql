-- What silver holds of the patients, by the primary key.
select encounter_key, line_number, content_hash, extract_date, file_id, line
from silver.charges
where patient_pseudonym = any($1::uuid[])
