-- Every column of gold.fact_registration, in the order of its key.
select
    patient_pseudonym, person_record_pseudonym, hospital_code, registered_on, blood_type,
    medical_scheme, chronic_conditions
from gold.fact_registration
order by patient_pseudonym
