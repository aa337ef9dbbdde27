copy silver.finding (
    patient_pseudonym, rule, event_id, encounter_key
) from stdin (format binary)
