-- Statements about staff and departments that count: of several contents under one id the one with
-- the greatest (recorded_at, content_hash). Grain: one row a statement.
staff_statement as (
    select distinct on (staff_pseudonym, statement_id) *
    from silver.staff_statement
    order by staff_pseudonym, statement_id, recorded_at desc, content_hash desc
),
department_statement as (
    select distinct on (hospital_code, department_code, statement_id) *
    from silver.department_statement
    order by
        hospital_code, department_code, statement_id, recorded_at desc nulls last, content_hash desc
),
