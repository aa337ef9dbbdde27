-- A member has at most one version at every moment.
with
-- include concept/version.sql
neighbour as (
    select *, lead(valid_from) over of_member as next_valid_from
    from version
    window of_member as (partition by member order by valid_from)
)
select
    format(
        'overlap: %s has a version from %s to %s, and the next from %s',
        member, valid_from, valid_to, next_valid_from
    ) as what
from neighbour
where valid_to > next_valid_from
