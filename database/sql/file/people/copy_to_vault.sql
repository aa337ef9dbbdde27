copy vault.person (
    person_record_pseudonym, person_id, id_number, first_name, last_name, date_of_birth, phone,
    email, street, suburb, postal_code, effective_at, content_hash
) from stdin (format binary)
