-- The unknown member.
insert into gold.dim_hospital (hospital_key, hospital_code, name, time_zone)
values ($1, 'unknown', 'Unknown hospital', 'UTC')
on conflict (hospital_key) do nothing
