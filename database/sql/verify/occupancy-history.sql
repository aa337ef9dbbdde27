-- Occupancy made anew by docs/census.md: every stay is laid over every closed hour that it touches.
-- How far hours are closed is proved by census-frontier. Hours that a batch has touched since the
-- last census are left out: it wrote that down.
with
-- include concept/closed-until.sql
counted as (
    select
        hospital_code,
        least(frontier.closed_until, closed_until.moment) - interval '1 hour' as last_hour
    from ops.census_frontier as frontier
    join closed_until using (hospital_code)
),
touched as (
    select hospital_code, range_agg(tstzrange(from_hour, to_hour)) as hours
    from ops.census_todo
    group by hospital_code
),
-- The first version names the department, and shows the time before it, too. Grain: one row a version.
version as (
    select
        department_key,
        first_value(department_key) over department as first_key,
        valid_from,
        valid_to
    from gold.dim_department
    window department as (partition by hospital_code, department_code order by valid_from)
),
stay as (
    select
        stay.hospital_code,
        version.first_key,
        stay.arrived_at,
        stay.left_at,
        date_trunc('hour', stay.arrived_at, 'UTC') as first_hour,
        least(date_trunc('hour', stay.left_at, 'UTC'), counted.last_hour) as last_hour
    from gold.fact_location_stay as stay
    join counted using (hospital_code)
    join version using (department_key)
    where stay.arrived_at < counted.last_hour + interval '1 hour'
),
-- Grain: one row a stay and hour that it touches: its first and last, and all between.
stay_hour as (
    select hospital_code, first_key, arrived_at, left_at, first_hour as starts_at
    from stay
    union all
    select hospital_code, first_key, arrived_at, left_at, last_hour
    from stay
    where last_hour > first_hour
),
stay_in_hour as (
    select
        hospital_code,
        first_key,
        starts_at,
        case when arrived_at <= starts_at and coalesce(left_at, 'infinity') > starts_at then 1 else 0 end
            as patients_at_start,
        case when arrived_at >= starts_at then 1 else 0 end as arrivals,
        case when left_at < starts_at + interval '1 hour' then 1 else 0 end as departures,
        extract(epoch from least(left_at, starts_at + interval '1 hour') - greatest(arrived_at, starts_at))
            as seconds,
        0 as whole_hours
    from stay_hour
    union all
    select
        hospital_code,
        first_key,
        generate_series(
            first_hour + interval '1 hour', last_hour - interval '1 hour', interval '1 hour'
        ),
        1, 0, 0, null, 1
    from stay
),
summed as (
    select
        hospital_code,
        first_key,
        starts_at as hour_starts_at,
        sum(patients_at_start) as patients_at_start,
        sum(arrivals) as arrivals,
        sum(departures) as departures,
        floor(coalesce(sum(seconds), 0)) + 3600 * sum(whole_hours) as patient_seconds
    from stay_in_hour
    group by hospital_code, first_key, starts_at
),
expected as (
    select summed.*, version.department_key
    from summed
    join version
        on version.first_key = summed.first_key
        and (version.department_key = version.first_key or version.valid_from <= summed.hour_starts_at)
        and version.valid_to > summed.hour_starts_at
),
compared_row as (
    select
        hospital_code,
        hour_starts_at,
        department_key,
        expected.arrivals is not null as is_expected,
        actual.arrivals is not null as is_actual,
        concat_ws(
            ', ',
            case when expected.patients_at_start is distinct from actual.patients_at_start then 'patients_at_start' end,
            case when expected.arrivals is distinct from actual.arrivals then 'arrivals' end,
            case when expected.departures is distinct from actual.departures then 'departures' end,
            case when expected.patient_seconds is distinct from actual.patient_seconds then 'patient_seconds' end
        ) as columns
    from expected
    full join gold.fact_bed_occupancy as actual using (hospital_code, hour_starts_at, department_key)
),
named_row as (
    select
        *,
        format('hospital %s, department %s, hour of %s', hospital_code, department_key, hour_starts_at)
            as name
    from compared_row
    left join touched using (hospital_code)
    where not coalesce(touched.hours @> hour_starts_at, false)
)
select
    case
        when not is_actual then format('missing occupancy: %s follows from the stays', name)
        when not is_expected then format('occupancy too many: %s does not follow from the stays', name)
        else format('wrong occupancy: %s differs in %s', name, columns)
    end as what
from named_row
where not is_actual or not is_expected or columns <> ''
