copy silver.encounters (
    patient_pseudonym, encounter_key, extract_date, content_hash, hospital_code, extracted_at,
    admission_type, admission_source, admitted_at, first_location_at, department_code, ward, bed,
    attending_staff_pseudonym, discharged_at, last_location_left_at, disposition, died, repairs,
    file_id, line
) from stdin (format binary)
