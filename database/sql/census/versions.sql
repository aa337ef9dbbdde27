-- The versions of each department, the first one first.
select hospital_code, department_code, department_key, valid_from, valid_to
from gold.dim_department
order by hospital_code, department_code, valid_from
