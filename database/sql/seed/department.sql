-- The first version of a department, valid from the beginning of time; what the network file says
-- otherwise by now corrects it.
insert into gold.dim_department (
    department_key, hospital_code, department_code, name, kind, valid_from, valid_to, is_current
)
values ($1, $2, $3, $4, $5, '-infinity', 'infinity', true)
on conflict (department_key) do update set name = excluded.name, kind = excluded.kind
where (dim_department.name, dim_department.kind) is distinct from (excluded.name, excluded.kind)
