-- The first version of a department, valid from the beginning of time.
insert into gold.dim_department (
    department_key, hospital_code, department_code, name, kind, valid_from, valid_to, is_current
)
values ($1, $2, $3, $4, $5, '-infinity', 'infinity', true)
on conflict (department_key) do update set name = excluded.name, kind = excluded.kind
