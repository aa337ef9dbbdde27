-- Patients of hospitals as the statement with the greatest (extracted_at, content_hash) has them. $1 is the unknown
-- member, where nobody is named.
insert into pg_temp.fact_registration (
    patient_pseudonym, person_record_pseudonym, hospital_code, registered_on, blood_type, medical_scheme,
    chronic_conditions
)
select distinct on (patient_pseudonym)
    patient_pseudonym, coalesce(person_record_pseudonym, $1), hospital_code, registered_on, blood_type, medical_scheme,
    chronic_conditions
from silver.hospital_patients
order by patient_pseudonym, extracted_at desc, content_hash desc
