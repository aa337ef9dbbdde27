-- Rows of a span of hours of one hospital, by the primary key.
select
    hospital_code, hour_starts_at, department_key, patients_at_start, arrivals, departures,
    patient_seconds
from gold.fact_bed_occupancy
where hospital_code = $1 and hour_starts_at >= $2 and hour_starts_at < $3
