-- What staff.csv says of each member of staff: the last file's word. Grain: one row a member of staff.
listed_staff as (
    select distinct on (staff_pseudonym) staff_pseudonym, hired_on, sex, birth_year
    from silver.staff
    order by staff_pseudonym, extracted_at desc, content_hash desc
),
-- All statements about staff. What assigned_staff.csv does not tell of a person staff.csv does. Grain:
-- one row a content of a statement.
told_staff_statement as (
    select
        staff_pseudonym, statement_id, content_hash, effective_at, sequence, recorded_at, hospital_code,
        department_code, status, role, specialty, shift, roster_slot, hired_on, sex, birth_year,
        replaces_staff_pseudonym
    from silver.staff_statement
    where topic_id is not null
    union all
    select
        staff_pseudonym, statement_id, content_hash, effective_at, sequence, recorded_at, hospital_code,
        department_code, status, role, specialty, shift, roster_slot, listed_staff.hired_on,
        listed_staff.sex, listed_staff.birth_year, replaces_staff_pseudonym
    from silver.staff_statement
    left join listed_staff using (staff_pseudonym)
    where topic_id is null
),
-- Statements about staff and departments that count: of several contents under one id the one with
-- the greatest (recorded_at, content_hash). Grain: one row a statement.
staff_statement as (
    select distinct on (staff_pseudonym, statement_id) *
    from told_staff_statement
    order by staff_pseudonym, statement_id, recorded_at desc, content_hash desc
),
department_statement as (
    select distinct on (hospital_code, department_code, statement_id) *
    from silver.department_statement
    order by
        hospital_code, department_code, statement_id, recorded_at desc nulls last, content_hash desc
),
