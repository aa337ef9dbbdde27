-- is_current says the same as valid_to = infinity, and is true of one version of each member.
with
-- include concept/version.sql
current_version as (
    select member, count(*) filter (where is_current) as currents
    from version
    group by member
)
select
    format(
        'wrong is_current: %s has a version from %s to %s that is %s',
        member,
        valid_from,
        valid_to,
        case when is_current then 'current' else 'not current' end
    ) as what
from version
where is_current <> (valid_to = 'infinity')
union all
select format('wrong is_current: %s has %s current versions', member, currents)
from current_version
where currents <> 1
