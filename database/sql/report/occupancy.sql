-- Beds occupied in each of the last so many ($1) hours that are closed. Grain: one row a department and hour in which
-- somebody was there or moved.
with span as (
    select max(hour_starts_at) as last_hour from gold.fact_bed_occupancy
)

select
    fact.hospital_code,
    department.department_code,
    fact.hour_starts_at,
    round(sum(fact.patient_seconds) / 3600.0, 2)::float8 as occupied_beds
from span
join gold.fact_bed_occupancy as fact on fact.hour_starts_at > span.last_hour - $1::integer * interval '1 hour'
join gold.dim_department as department using (department_key)
group by fact.hospital_code, department.department_code, fact.hour_starts_at
