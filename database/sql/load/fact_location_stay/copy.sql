copy gold.fact_location_stay (
    encounter_key, arrived_at, stay_number, patient_key, patient_pseudonym, hospital_code,
    department_key, ward, bed, left_at, stay_seconds
) from stdin (format binary)
