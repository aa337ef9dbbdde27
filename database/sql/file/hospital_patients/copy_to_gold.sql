copy gold.fact_registration (
    patient_pseudonym, person_record_pseudonym, hospital_code, registered_on, blood_type,
    medical_scheme, chronic_conditions
) from stdin (format binary)
