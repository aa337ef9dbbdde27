-- Every column of gold.dim_department, in the order of its key.
select
    department_key, hospital_code, department_code, name, kind, valid_from, valid_to, is_current, beds
from gold.dim_department
order by department_key
