-- A member has at most one version at every moment.
with
-- include concept/version.sql
neighbour as (
    select *, lead(valid_from) over member as next_valid_from
    from version
    window member as (
        partition by patient_pseudonym, hospital_code, department_code order by valid_from
    )
)
select
    format(
        'overlap: %s has a version from %s to %s, and the next from %s',
        coalesce('patient ' || patient_pseudonym, 'department ' || hospital_code || '/' || department_code),
        valid_from,
        valid_to,
        next_valid_from
    ) as what
from neighbour
where valid_to > next_valid_from
