-- Rows that stay under their key and say something else.
update gold.fact_location_stay as stored
set
    stay_number = changed.stay_number,
    patient_key = changed.patient_key,
    patient_pseudonym = changed.patient_pseudonym,
    hospital_code = changed.hospital_code,
    department_key = changed.department_key,
    ward = changed.ward,
    bed = changed.bed,
    left_at = changed.left_at,
    stay_seconds = changed.stay_seconds
from unnest($1::gold.fact_location_stay[]) as changed
where stored.encounter_key = changed.encounter_key
    and stored.arrived_at = changed.arrived_at
