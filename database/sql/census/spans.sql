-- What to count again. Grain: one row a hospital and span of closed hours, each from the begin of a
-- day, as that is where ops.census_roster tells who was there. Spans neither overlap nor touch: the
-- roster at the begin of one does not change with another.
with
latest as (
    select hospital_code, patient_pseudonym, max(occurred_at) as occurred_at
    from ops.census_witness
    group by hospital_code, patient_pseudonym
),
ranked as (
    select
        hospital_code,
        occurred_at,
        row_number() over (partition by hospital_code order by occurred_at desc) as rank
    from latest
),
-- Hours that end at or before the latest record of the third patient are closed.
frontier as (
    select
        ranked.hospital_code,
        counted.closed_until as counted_until,
        date_trunc('hour', ranked.occurred_at, 'UTC') as closed_until
    from ranked
    left join ops.census_frontier as counted using (hospital_code)
    where ranked.rank = 3
),
touched as (
    select
        hospital_code,
        coalesce(counted_until, '-infinity') as from_hour,
        closed_until as to_hour
    from frontier
    union all
    select todo.hospital_code, todo.from_hour, least(todo.to_hour, frontier.closed_until)
    from ops.census_todo as todo
    join frontier using (hospital_code)
),
span as (
    select
        hospital_code,
        unnest(range_agg(tstzrange(date_trunc('day', from_hour, 'UTC'), to_hour))) as hours
    from touched
    where from_hour < to_hour
    group by hospital_code
)
select
    span.hospital_code,
    lower(span.hours) as from_day,
    upper(span.hours) as to_hour,
    frontier.closed_until
from span
join frontier using (hospital_code)
order by span.hospital_code, span.hours
