-- Every column of gold.fact_diagnosis, in the order of its key.
select
    encounter_key, line_number, patient_key, patient_pseudonym, hospital_code, icd10,
    description, rank, diagnosed_at
from gold.fact_diagnosis
order by encounter_key, line_number
