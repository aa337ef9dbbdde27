copy silver.medications (
    patient_pseudonym, encounter_key, line_number, content_hash, hospital_code, extract_date, extracted_at,
    atc, name, dose, route, frequency, quantity, started_at,
    repairs, file_id, line
) from stdin (format binary)
