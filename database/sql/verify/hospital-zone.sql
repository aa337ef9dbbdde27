-- Views show local times: a zone that PostgreSQL does not know makes them fail.
select format('unknown time zone: hospital %s has %s', hospital_code, time_zone) as what
from gold.dim_hospital
where not exists (select from pg_timezone_names as zone where zone.name = dim_hospital.time_zone)
