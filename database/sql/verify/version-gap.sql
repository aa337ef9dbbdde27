-- From its first version on, a member has a version at every moment; a department has one from the
-- beginning of time.
with
-- include concept/version.sql
neighbour as (
    select
        *,
        lag(valid_from) over of_member as previous_valid_from,
        lead(valid_from, 1, 'infinity') over of_member as next_valid_from
    from version
    window of_member as (partition by member order by valid_from)
),
gap as (
    select member, valid_to as gap_from, next_valid_from as gap_to
    from neighbour
    where valid_to < next_valid_from
    union all
    select member, '-infinity', valid_from
    from neighbour
    where dimension = 'dim_department' and previous_valid_from is null and valid_from > '-infinity'
)
select format('gap: %s has no version from %s to %s', member, gap_from, gap_to) as what
from gap
