-- Rows of the touched patients' encounters.
select
    encounter_key, patient_key, patient_pseudonym, hospital_code, admission_department_key,
    last_department_key, admitted_at, first_location_at, last_location_left_at, discharged_at,
    length_of_stay_seconds, transfer_count, admission_type, admission_source, disposition,
    died, age_at_admission_years, age_band
from gold.fact_admission
where encounter_key = any($1::uuid[])
