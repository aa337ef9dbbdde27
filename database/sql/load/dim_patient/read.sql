-- Rows of the touched patients.
select
    patient_key, patient_pseudonym, hospital_code, person_pseudonym, sex, birth_year,
    citizenship, home_language, religion, ethnicity, marital_status, medical_scheme,
    municipality, province, valid_from, valid_to, is_current, is_registered
from gold.dim_patient
where patient_pseudonym = any($1::uuid[])
