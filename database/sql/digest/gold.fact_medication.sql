-- Every column of gold.fact_medication, in the order of its key.
select
    encounter_key, line_number, patient_key, patient_pseudonym, hospital_code, atc,
    name, dose, route, frequency, quantity, started_at
from gold.fact_medication
order by encounter_key, line_number
