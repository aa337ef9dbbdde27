-- From when on the departments of a hospital have changed. Grain: one row a hospital.
select hospital_code, min(changed_from) as changed_from
from ops.department_change
where change_id = any($1::bigint[])
group by hospital_code
order by hospital_code
