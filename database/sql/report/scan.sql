-- What a table of silver or gold holds, by one scan: how many rows, how many of them have a value in each column, and
-- when the last one was. Unknown members of dimensions are left out. What stands in braces is told by tables.sql.
-- Grain: one row a hospital, day by its calendar, and set of rules that repaired rows.
select
    {hospital} as hospital_code,
    {day} as day,
    {repairs} as repairs,
    count(*) as rows,
    max({moment}) as latest_at,
    array[{counts}] as filled
from {table} as it
left join gold.dim_hospital as hospital on hospital.hospital_code = {hospital}
where {hospital} is distinct from 'unknown'
group by 1, 2, 3
order by 1, 2, 3
