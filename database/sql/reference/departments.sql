-- All versions of all departments.
select hospital_code, department_code, department_key, valid_from
from gold.dim_department
where hospital_code <> 'unknown'
