copy silver.hospital_patients (
    patient_pseudonym, content_hash, extract_date, extracted_at, person_record_pseudonym,
    hospital_code, registered_on, blood_type, medical_scheme, chronic_conditions, repairs, file_id,
    line
) from stdin (format binary)
