copy silver.procedures (
    patient_pseudonym, encounter_key, line_number, content_hash, hospital_code, extract_date, extracted_at,
    code, description, performed_at, staff_pseudonym,
    repairs, file_id, line
) from stdin (format binary)
