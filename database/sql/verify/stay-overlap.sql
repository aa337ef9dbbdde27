-- A patient is in one place at a time; only the last stay may be open.
with
-- include concept/neighbour.sql
overlap as (
    select *
    from neighbour
    where next_arrived_at is not null and coalesce(left_at, 'infinity') > next_arrived_at
)
select
    format(
        'overlap: stay %s of encounter %s lasts to %s, and the next begins at %s',
        stay_number, encounter_key, coalesce(left_at::text, 'now'), next_arrived_at
    ) as what
from overlap
