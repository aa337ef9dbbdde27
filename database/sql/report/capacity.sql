-- Versions of departments, with their beds, of hospitals that have closed hours. Grain: one row a version.
select
    department.hospital_code,
    department.department_code,
    department.name,
    department.kind,
    department.beds,
    nullif(department.valid_from, '-infinity') as valid_from,
    nullif(department.valid_to, 'infinity') as valid_to
from gold.dim_department as department
where department.hospital_code in (select hospital_code from ops.census_frontier)
order by department.hospital_code, department.department_code, department.valid_from
