copy silver.staff (
    staff_pseudonym, extract_date, content_hash, extracted_at, role, specialty, hired_on, sex, birth_year, repairs,
    file_id, line
) from stdin (format binary)
