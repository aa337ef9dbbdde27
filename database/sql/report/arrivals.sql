-- Admissions by the hospital's clocks, of the last so many ($1) hours in which somebody was admitted to any of them.
-- Grain: one row a hospital and hour.
with local as (
    select
        fact.hospital_code,
        date_trunc('hour', fact.admitted_at at time zone hospital.time_zone) as hour
    from gold.fact_admission as fact
    join gold.dim_hospital as hospital using (hospital_code)
    where fact.admitted_at is not null
),

counted as (
    select hospital_code, hour, count(*) as admissions
    from local
    group by hospital_code, hour
)

select hospital_code, hour, admissions
from counted
where hour > (select max(hour) from counted) - $1::integer * interval '1 hour'
order by hospital_code, hour
