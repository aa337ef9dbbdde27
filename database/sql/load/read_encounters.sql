-- All extracts of the touched patients' encounters, by the primary key.
select
    patient_pseudonym, encounter_key, extract_date, content_hash, hospital_code, extracted_at,
    admission_type, admission_source, admitted_at, first_location_at, department_code, ward, bed,
    attending_staff_pseudonym, discharged_at, last_location_left_at, disposition, died, repairs
from silver.encounters
where patient_pseudonym = any($1::uuid[])
