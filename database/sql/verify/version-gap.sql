-- From its first version on, a member has a version at every moment; a department has one from the
-- beginning of time.
with
-- include concept/version.sql
neighbour as (
    select
        *,
        lag(valid_from) over member as previous_valid_from,
        lead(valid_from, 1, 'infinity') over member as next_valid_from
    from version
    window member as (
        partition by patient_pseudonym, hospital_code, department_code order by valid_from
    )
),
gap as (
    select patient_pseudonym, hospital_code, department_code, valid_to as gap_from, next_valid_from as gap_to
    from neighbour
    where valid_to < next_valid_from
    union all
    select patient_pseudonym, hospital_code, department_code, '-infinity', valid_from
    from neighbour
    where patient_pseudonym is null and previous_valid_from is null and valid_from > '-infinity'
)
select
    format(
        'gap: %s has no version from %s to %s',
        coalesce('patient ' || patient_pseudonym, 'department ' || hospital_code || '/' || department_code),
        gap_from,
        gap_to
    ) as what
from gap
