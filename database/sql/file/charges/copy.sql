copy silver.charges (
    patient_pseudonym, encounter_key, line_number, content_hash, hospital_code, extract_date, extracted_at,
    item_code, description, quantity, unit_price_cents, amount_cents, charged_at,
    repairs, file_id, line
) from stdin (format binary)
