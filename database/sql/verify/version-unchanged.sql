-- A statement that equals the one before it makes no version. NULL is a value.
with
patient as (
    select
        patient_pseudonym,
        valid_from,
        row(
            person_pseudonym, sex, birth_year, citizenship, home_language, religion, ethnicity,
            marital_status, medical_scheme, municipality, province, is_registered
        ) as attributes,
        lag(
            row(
                person_pseudonym, sex, birth_year, citizenship, home_language, religion, ethnicity,
                marital_status, medical_scheme, municipality, province, is_registered
            )
        ) over (partition by patient_pseudonym order by valid_from) as previous_attributes
    from gold.dim_patient
),
staff as (
    select
        staff_pseudonym,
        valid_from,
        row(
            hospital_code, department_code, status, role, specialty, shift, roster_slot, hired_on, sex,
            birth_year, replaces_staff_pseudonym
        ) as attributes,
        lag(
            row(
                hospital_code, department_code, status, role, specialty, shift, roster_slot, hired_on, sex,
                birth_year, replaces_staff_pseudonym
            )
        ) over (partition by staff_pseudonym order by valid_from) as previous_attributes
    from gold.dim_staff
),
department as (
    select
        hospital_code,
        department_code,
        valid_from,
        row(name, kind, beds) as attributes,
        lag(row(name, kind, beds)) over (partition by hospital_code, department_code order by valid_from)
            as previous_attributes
    from gold.dim_department
)
select
    format('unchanged: patient %s has a version from %s equal to the one before', patient_pseudonym, valid_from)
        as what
from patient
where attributes = previous_attributes
union all
select
    format(
        'unchanged: member of staff %s has a version from %s equal to the one before',
        staff_pseudonym, valid_from
    )
from staff
where attributes = previous_attributes
union all
select
    format(
        'unchanged: department %s/%s has a version from %s equal to the one before',
        hospital_code, department_code, valid_from
    )
from department
where attributes = previous_attributes
