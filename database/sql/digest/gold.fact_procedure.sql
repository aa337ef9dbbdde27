-- Every column of gold.fact_procedure, in the order of its key.
select
    encounter_key, line_number, patient_key, patient_pseudonym, hospital_code, code,
    description, performed_at, staff_pseudonym
from gold.fact_procedure
order by encounter_key, line_number
