-- How far hours are counted, made anew from silver. A hospital of which a batch has just told that
-- more hours are closed is behind for the moment.
with
-- include concept/closed-until.sql
told as (
    select
        hospital_code,
        date_trunc('hour', (array_agg(last_seen_at order by last_seen_at desc))[3], 'UTC') as moment
    from (
        select hospital_code, patient_pseudonym, max(occurred_at) as last_seen_at
        from ops.census_witness
        group by hospital_code, patient_pseudonym
    ) as patient
    group by hospital_code
),
compared as (
    select
        hospital_code,
        coalesce(frontier.closed_until, '-infinity') as counted_until,
        coalesce(closed_until.moment, '-infinity') as moment,
        coalesce(told.moment, '-infinity') as told
    from closed_until
    full join ops.census_frontier as frontier using (hospital_code)
    full join told using (hospital_code)
)
select
    format(
        'wrong frontier: hospital %s is counted until %s, and closed until %s',
        hospital_code, counted_until, moment
    ) as what
from compared
where counted_until > moment or (counted_until < moment and told <> moment)
