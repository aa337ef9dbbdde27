-- Whom the hospitals' extracts name. Grain: one row a patient and hospital.
named_patient as (
    select patient_pseudonym, hospital_code from silver.patients
    union
    select patient_pseudonym, hospital_code from silver.encounters
    union
    select patient_pseudonym, hospital_code from silver.diagnoses
    union
    select patient_pseudonym, hospital_code from silver.procedures
    union
    select patient_pseudonym, hospital_code from silver.medications
    union
    select patient_pseudonym, hospital_code from silver.charges
),
