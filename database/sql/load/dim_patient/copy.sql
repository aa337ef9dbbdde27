copy gold.dim_patient (
    patient_key, patient_pseudonym, hospital_code, person_pseudonym, sex, birth_year,
    citizenship, home_language, religion, ethnicity, marital_status, medical_scheme,
    municipality, province, valid_from, valid_to, is_current, is_registered
) from stdin (format binary)
