-- Every column of gold.fact_location_stay, in the order of its key.
select
    encounter_key, arrived_at, stay_number, patient_key, patient_pseudonym, hospital_code,
    department_key, ward, bed, left_at, stay_seconds
from gold.fact_location_stay
order by encounter_key, arrived_at
