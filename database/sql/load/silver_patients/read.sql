-- The rows of patients, each of a hospital, by the primary key.
select
    hospital_code, patient_pseudonym, extract_date, extracted_at, state, content_hash,
    person_pseudonym, sex, birth_year, citizenship, home_language, marital_status, medical_scheme,
    municipality, province, blood_type, chronic_conditions, registered_on, updated_on, repairs,
    file_id, line
from unnest($1::text[], $2::uuid[]) as wanted (hospital_code, patient_pseudonym)
join silver.patients using (hospital_code, patient_pseudonym)
