copy vault.registered_patient (
    patient_pseudonym, hospital_code, patient_id, id_number, first_name, last_name, date_of_birth, phone,
    email, street, suburb, postal_code, next_of_kin_phone, effective_at, content_hash
) from stdin (format binary)
