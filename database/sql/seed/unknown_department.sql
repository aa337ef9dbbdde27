-- The unknown member: the department of a stay whose department is missing or not known.
insert into gold.dim_department (
    department_key, hospital_code, department_code, name, kind, valid_from, valid_to, is_current
)
values ($1, 'unknown', 'unknown', 'Unknown department', 'unknown', '-infinity', 'infinity', true)
on conflict (department_key) do nothing
