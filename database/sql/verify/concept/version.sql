-- Versions of the slowly changing dimensions, each with its member for people and in keys. Grain: one
-- row a version.
version as (
    select
        'dim_patient' as dimension,
        'patient ' || patient_pseudonym as member,
        case
            when patient_pseudonym = '00000000-0000-0000-0000-000000000000' then 'unknown'
            else patient_pseudonym::text
        end as natural_key,
        patient_key as version_key,
        valid_from,
        valid_to,
        is_current
    from gold.dim_patient
    union all
    select
        'dim_staff',
        'member of staff ' || staff_pseudonym,
        case
            when staff_pseudonym = '00000000-0000-0000-0000-000000000000' then 'unknown'
            else staff_pseudonym::text
        end,
        staff_key,
        valid_from,
        valid_to,
        is_current
    from gold.dim_staff
    union all
    select
        'dim_department',
        'department ' || hospital_code || '/' || department_code,
        case
            when hospital_code = 'unknown' and department_code = 'unknown' then 'unknown'
            else hospital_code || '/' || department_code
        end,
        department_key,
        valid_from,
        valid_to,
        is_current
    from gold.dim_department
),
