-- Counts the hours of one hospital ($1) from the begin of a day ($2, or -infinity) to the end of a
-- closed hour ($3), and writes what differs: gold.fact_bed_occupancy, one row a department and hour,
-- and ops.census_roster, one row a day.
with
-- Who was there when the span begins, and who came in it. Grain: one row a stay.
stay as materialized (
    select stay.encounter_key, stay.department_key, stay.arrived_at, stay.left_at
    from ops.census_roster as roster
    cross join unnest(roster.encounters) as present (encounter_key)
    join gold.fact_location_stay as stay using (encounter_key)
    where roster.hospital_code = $1
        and roster.day_starts_at = $2
        and stay.arrived_at < $2
        and (stay.left_at >= $2 or stay.left_at is null)
    union all
    select encounter_key, department_key, arrived_at, left_at
    from gold.fact_location_stay
    where hospital_code = $1 and arrived_at >= $2 and arrived_at < $3
),
-- The first version of a department stands for the time before it, too. Grain: one row a version.
version as (
    select
        department_key,
        hospital_code,
        department_code,
        case
            when lag(valid_from) over department is null then '-infinity' else valid_from
        end as valid_from,
        valid_to
    from gold.dim_department
    window department as (partition by hospital_code, department_code order by valid_from)
),
-- Grain: one row an arrival or departure.
movement as (
    select department_key, arrived_at as moved_at, 1 as arrivals, 0 as departures
    from stay
    union all
    select department_key, left_at, 0, 1
    from stay
    where left_at < $3
),
-- A movement counts from the first whole hour on that does not lie before it; of the hour before,
-- it adds or takes the rest.
timed_movement as (
    select
        version.hospital_code as of_hospital,
        version.department_code,
        movement.moved_at,
        movement.arrivals,
        movement.departures,
        movement.arrivals - movement.departures as patients,
        date_trunc('hour', movement.moved_at, 'UTC') as moved_in_hour,
        date_trunc('hour', movement.moved_at + interval '3599.999999 seconds', 'UTC') as counts_from
    from movement
    join version using (department_key)
),
change as (
    select
        of_hospital,
        department_code,
        moved_in_hour as hour_starts_at,
        0 as patients,
        arrivals,
        departures,
        patients * extract(epoch from counts_from - moved_at) as seconds
    from timed_movement
    where moved_at >= $2
    union all
    select of_hospital, department_code, greatest(counts_from, $2), patients, 0, 0, 0
    from timed_movement
    where counts_from < $3
),
changed_hour as (
    select
        of_hospital,
        department_code,
        hour_starts_at,
        sum(patients) as patients,
        sum(arrivals) as arrivals,
        sum(departures) as departures,
        sum(seconds) as seconds
    from change
    group by of_hospital, department_code, hour_starts_at
),
-- With the hours that follow and are like it: those up to the next in which anything changes.
run_of_hours as (
    select
        of_hospital,
        department_code,
        hour_starts_at,
        sum(patients) over (department order by hour_starts_at) as patients_at_start,
        arrivals,
        departures,
        seconds,
        lead(hour_starts_at, 1, $3) over (department order by hour_starts_at) as next_hour_starts_at
    from changed_hour
    window department as (partition by of_hospital, department_code)
),
hour as (
    select
        of_hospital,
        department_code,
        hour_starts_at,
        patients_at_start,
        arrivals,
        departures,
        3600 * patients_at_start + seconds as seconds
    from run_of_hours
    where patients_at_start > 0 or arrivals > 0 or departures > 0
    union all
    select of_hospital, department_code, same.hour_starts_at, patients_at_start, 0, 0, 3600 * patients_at_start
    from run_of_hours
    cross join generate_series(
        run_of_hours.hour_starts_at + interval '1 hour',
        run_of_hours.next_hour_starts_at - interval '1 hour',
        interval '1 hour'
    ) as same (hour_starts_at)
    where patients_at_start > 0
),
counted as materialized (
    select
        hour.hour_starts_at,
        version.department_key,
        hour.patients_at_start::integer as patients_at_start,
        hour.arrivals::integer as arrivals,
        hour.departures::integer as departures,
        floor(hour.seconds)::bigint as patient_seconds
    from hour
    join version
        on version.hospital_code = hour.of_hospital
        and version.department_code = hour.department_code
        and version.valid_from <= hour.hour_starts_at
        and version.valid_to > hour.hour_starts_at
),
deleted_hour as (
    delete from gold.fact_bed_occupancy as stored
    where stored.hospital_code = $1
        and stored.hour_starts_at >= $2
        and stored.hour_starts_at < $3
        and not exists (
            select
            from counted
            where counted.hour_starts_at = stored.hour_starts_at
                and counted.department_key = stored.department_key
        )
    returning 1
),
written_hour as (
    insert into gold.fact_bed_occupancy as stored (
        hospital_code, hour_starts_at, department_key, patients_at_start, arrivals, departures,
        patient_seconds
    )
    select
        $1, hour_starts_at, department_key, patients_at_start, arrivals, departures, patient_seconds
    from counted
    on conflict (hospital_code, hour_starts_at, department_key) do update
    set
        patients_at_start = excluded.patients_at_start,
        arrivals = excluded.arrivals,
        departures = excluded.departures,
        patient_seconds = excluded.patient_seconds
    where (stored.patients_at_start, stored.arrivals, stored.departures, stored.patient_seconds)
        is distinct from
        (excluded.patients_at_start, excluded.arrivals, excluded.departures, excluded.patient_seconds)
    returning 1
),
-- Days that begin in the span, or with its end. Grain: one row a day.
day as materialized (
    select
        midnight.day_starts_at, array_agg(stay.encounter_key order by stay.encounter_key) as encounters
    from stay
    cross join generate_series(
        greatest(date_trunc('day', stay.arrived_at, 'UTC'), $2) + interval '24 hours',
        least(stay.left_at, $3),
        interval '24 hours'
    ) as midnight (day_starts_at)
    group by midnight.day_starts_at
),
deleted_day as (
    delete from ops.census_roster as stored
    where stored.hospital_code = $1
        and stored.day_starts_at > $2
        and stored.day_starts_at <= $3
        and not exists (select from day where day.day_starts_at = stored.day_starts_at)
),
written_day as (
    insert into ops.census_roster as stored (hospital_code, day_starts_at, encounters)
    select $1, day_starts_at, encounters
    from day
    on conflict (hospital_code, day_starts_at) do update
    set encounters = excluded.encounters
    where stored.encounters <> excluded.encounters
)
select (select count(*) from deleted_hour) + (select count(*) from written_hour) as rows_written
