copy gold.dim_person (
    person_record_pseudonym, person_pseudonym, sex, birth_year, citizenship, home_language,
    municipality, province
) from stdin (format binary)
