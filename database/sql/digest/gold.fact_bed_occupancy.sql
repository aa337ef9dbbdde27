-- Every column of gold.fact_bed_occupancy, in the order of its key.
select
    hospital_code, hour_starts_at, department_key, patients_at_start, arrivals, departures,
    patient_seconds
from gold.fact_bed_occupancy
order by hospital_code collate "C", hour_starts_at, department_key
