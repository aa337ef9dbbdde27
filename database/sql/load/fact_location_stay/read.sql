-- Rows of the touched patients' encounters.
select
    encounter_key, arrived_at, stay_number, patient_key, patient_pseudonym, hospital_code,
    department_key, ward, bed, left_at, stay_seconds
from gold.fact_location_stay
where encounter_key = any($1::uuid[])
