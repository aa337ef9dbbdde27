-- From first_location_at to last_location_left_at a patient is always somewhere.
with
-- include concept/neighbour.sql
gap as (
    select encounter_key, left_at as gap_from, next_arrived_at as gap_to
    from neighbour
    where left_at < next_arrived_at
    union all
    select encounter_key, admission.first_location_at, neighbour.arrived_at
    from neighbour
    join gold.fact_admission as admission using (encounter_key)
    where neighbour.previous_arrived_at is null and admission.first_location_at < neighbour.arrived_at
    union all
    select encounter_key, neighbour.left_at, admission.last_location_left_at
    from neighbour
    join gold.fact_admission as admission using (encounter_key)
    where
        neighbour.next_arrived_at is null
        and neighbour.left_at < coalesce(admission.last_location_left_at, 'infinity')
)
select format('gap: encounter %s has no stay from %s to %s', encounter_key, gap_from, gap_to) as what
from gap
