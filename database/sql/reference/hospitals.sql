-- Hospitals that events may name.
select hospital_code, time_zone
from gold.dim_hospital
where hospital_code <> 'unknown'
