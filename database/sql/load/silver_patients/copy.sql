copy silver.patients (
    hospital_code, patient_pseudonym, extract_date, extracted_at, state, content_hash,
    person_pseudonym, sex, birth_year, citizenship, home_language, marital_status, medical_scheme,
    municipality, province, blood_type, chronic_conditions, registered_on, updated_on, repairs,
    file_id, line
) from stdin (format binary)
