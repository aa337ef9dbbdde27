-- Who was there when a day of UTC began, from the stays. Days that a batch has touched since the last
-- census are left out: it wrote that down.
with
touched as (
    select hospital_code, range_agg(tstzrange(from_hour, to_hour)) as hours
    from ops.census_todo
    group by hospital_code
),
expected as (
    select
        stay.hospital_code,
        day.day_starts_at,
        array_agg(stay.encounter_key order by stay.encounter_key) as encounters
    from gold.fact_location_stay as stay
    join ops.census_frontier as frontier using (hospital_code)
    cross join lateral generate_series(
        date_trunc('day', stay.arrived_at, 'UTC') + interval '24 hours',
        least(stay.left_at, frontier.closed_until),
        interval '24 hours'
    ) as day (day_starts_at)
    group by stay.hospital_code, day.day_starts_at
)
select
    format('wrong roster: hospital %s, day that begins at %s', hospital_code, day_starts_at) as what
from expected
full join ops.census_roster as actual using (hospital_code, day_starts_at)
left join touched using (hospital_code)
where expected.encounters is distinct from actual.encounters
    and not coalesce(touched.hours && tstzrange(day_starts_at - interval '1 hour', day_starts_at, '[]'), false)
