-- Rows of the touched departments.
select department_key, hospital_code, department_code, name, kind, valid_from, valid_to, is_current, beds
from gold.dim_department
join unnest($1::text[], $2::text[]) as touched (hospital_code, department_code)
    using (hospital_code, department_code)
