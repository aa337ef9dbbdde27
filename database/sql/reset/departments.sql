-- What topics and files stated of departments goes; tells all departments that there are.
with gone as (
    delete from silver.department_statement
    where effective_at > '-infinity'
)
select distinct hospital_code, department_code
from gold.dim_department
where hospital_code <> 'unknown'
