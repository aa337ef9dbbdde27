-- The unknown member of dim_department. Grain: one row.
unknown_department as (
    select
        encode(substr(sha256('dim_department|unknown|-infinity'), 1, 16), 'hex')::uuid
            as department_key
),
-- The departments that are known. Grain: one row a version of a department.
department as (
    select department_key, hospital_code, department_code, valid_from, valid_to
    from gold.dim_department
    where department_key <> (select department_key from unknown_department)
),
