-- is_current says the same as valid_to = infinity, and is true of one version of each member.
with
-- include concept/version.sql
member as (
    select patient_pseudonym, hospital_code, department_code, count(*) filter (where is_current) as currents
    from version
    group by patient_pseudonym, hospital_code, department_code
)
select
    format(
        'wrong is_current: %s has a version from %s to %s that is %s',
        coalesce('patient ' || patient_pseudonym, 'department ' || hospital_code || '/' || department_code),
        valid_from,
        valid_to,
        case when is_current then 'current' else 'not current' end
    ) as what
from version
where is_current <> (valid_to = 'infinity')
union all
select
    format(
        'wrong is_current: %s has %s current versions',
        coalesce('patient ' || patient_pseudonym, 'department ' || hospital_code || '/' || department_code),
        currents
    )
from member
where currents <> 1
