copy vault.registration (
    patient_pseudonym, patient_id, person_id, hospital_code, next_of_kin_phone, effective_at,
    content_hash
) from stdin (format binary)
