copy silver.people (
    person_record_pseudonym, content_hash, extract_date, extracted_at, person_pseudonym, sex,
    birth_year, citizenship, home_language, municipality, province, repairs, file_id, line
) from stdin (format binary)
