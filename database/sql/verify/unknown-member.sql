-- What facts refer to when something is not known. Each dimension has it once, under its fixed
-- natural key and with the key that follows from it.
with
member as (
    select
        'dim_hospital' as dimension,
        hospital_key as member_key,
        true as is_everlasting
    from gold.dim_hospital
    where hospital_code = 'unknown'
    union all
    select
        'dim_department',
        department_key,
        hospital_code = 'unknown' and department_code = 'unknown'
            and valid_from = '-infinity' and valid_to = 'infinity' and is_current
    from gold.dim_department
    where hospital_code = 'unknown' or department_code = 'unknown'
    union all
    select
        'dim_patient',
        patient_key,
        hospital_code = 'unknown'
            and valid_from = '-infinity' and valid_to = 'infinity' and is_current
            and num_nonnulls(
                person_pseudonym, sex, birth_year, citizenship, home_language, religion, ethnicity,
                marital_status, medical_scheme, municipality, province
            ) = 0
    from gold.dim_patient
    where patient_pseudonym = '00000000-0000-0000-0000-000000000000'
    union all
    select
        'dim_staff',
        staff_key,
        hospital_code = 'unknown' and status = 'unknown'
            and valid_from = '-infinity' and valid_to = 'infinity' and is_current
            and num_nonnulls(
                department_code, role, specialty, shift, roster_slot, hired_on, sex, birth_year,
                replaces_staff_pseudonym
            ) = 0
    from gold.dim_staff
    where staff_pseudonym = '00000000-0000-0000-0000-000000000000'
    union all
    select
        'dim_person',
        person_record_pseudonym,
        num_nonnulls(
            person_pseudonym, sex, birth_year, citizenship, home_language, municipality, province
        ) = 0
    from gold.dim_person
    where person_record_pseudonym
        = encode(substr(sha256('dim_person|unknown|-infinity'), 1, 16), 'hex')::uuid
),
counted as (
    select
        dimension.name as dimension,
        count(member.member_key) as members,
        count(*) filter (
            where member.is_everlasting
                and member.member_key = encode(
                    substr(sha256(convert_to(format('%s|unknown|-infinity', dimension.name), 'UTF8')), 1, 16),
                    'hex'
                )::uuid
        ) as right_members
    from (values ('dim_hospital'), ('dim_department'), ('dim_patient'), ('dim_staff'), ('dim_person')) as dimension (name)
    left join member on member.dimension = dimension.name
    group by dimension.name
)
select
    format(
        'unknown member: gold.%s has %s, of which %s with the right key, interval and attributes',
        dimension, members, right_members
    ) as what
from counted
where members <> 1 or right_members <> 1
