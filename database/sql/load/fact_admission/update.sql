-- Rows that stay under their key and say something else.
update gold.fact_admission as stored
set
    patient_key = changed.patient_key,
    patient_pseudonym = changed.patient_pseudonym,
    hospital_code = changed.hospital_code,
    admission_department_key = changed.admission_department_key,
    last_department_key = changed.last_department_key,
    admitted_at = changed.admitted_at,
    first_location_at = changed.first_location_at,
    last_location_left_at = changed.last_location_left_at,
    discharged_at = changed.discharged_at,
    length_of_stay_seconds = changed.length_of_stay_seconds,
    transfer_count = changed.transfer_count,
    admission_type = changed.admission_type,
    admission_source = changed.admission_source,
    disposition = changed.disposition,
    died = changed.died,
    age_at_admission_years = changed.age_at_admission_years,
    age_band = changed.age_band
from unnest($1::gold.fact_admission[]) as changed
where stored.encounter_key = changed.encounter_key
