-- Versions of the slowly changing dimensions. A patient has no codes here and a department no
-- pseudonym, so that the three name a member. Grain: one row a version.
version as (
    select
        patient_pseudonym,
        null as hospital_code,
        null as department_code,
        patient_key as version_key,
        valid_from,
        valid_to,
        is_current
    from gold.dim_patient
    union all
    select null, hospital_code, department_code, department_key, valid_from, valid_to, is_current
    from gold.dim_department
),
