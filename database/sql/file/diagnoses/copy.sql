copy silver.diagnoses (
    patient_pseudonym, encounter_key, line_number, content_hash, hospital_code, extract_date, extracted_at,
    icd10, description, rank, diagnosed_at,
    repairs, file_id, line
) from stdin (format binary)
