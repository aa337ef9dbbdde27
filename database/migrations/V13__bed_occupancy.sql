-- The census: beds occupied by department and hour. Lanes append what they touched; one job at a
-- time, under an advisory lock, counts.

-- Grain: one row a department and closed hour in which somebody was there or moved. The primary key
-- serves the job, which counts a hospital's hours anew from some day on, and readers of one hour.
create table gold.fact_bed_occupancy (
    hospital_code text not null,
    hour_starts_at timestamptz not null,
    department_key uuid not null,
    patients_at_start integer not null check (patients_at_start >= 0),
    arrivals integer not null check (arrivals >= 0),
    departures integer not null check (departures >= 0),
    patient_seconds bigint not null check (patient_seconds >= 0),
    primary key (hospital_code, hour_starts_at, department_key),
    constraint fact_bed_occupancy_somebody
        check (patients_at_start > 0 or arrivals > 0 or departures > 0)
);
comment on table gold.fact_bed_occupancy is 'Beds occupied by the hour. Grain: one row a department and closed hour in which somebody was there or moved.';
comment on column gold.fact_bed_occupancy.hospital_code is 'The hospital.';
comment on column gold.fact_bed_occupancy.hour_starts_at is 'Begin of the hour, a whole hour of UTC, inclusive.';
comment on column gold.fact_bed_occupancy.department_key is 'Version of the department at hour_starts_at, or the unknown member.';
comment on column gold.fact_bed_occupancy.patients_at_start is 'Patients who were there at hour_starts_at: arrived_at <= hour_starts_at < left_at.';
comment on column gold.fact_bed_occupancy.arrivals is 'Stays that began within the hour, its begin included and its end not.';
comment on column gold.fact_bed_occupancy.departures is 'Stays that ended within the hour, its begin included and its end not.';
comment on column gold.fact_bed_occupancy.patient_seconds is 'Time that patients spent there within the hour, summed exactly, in whole seconds rounded down; 3,600 is one bed occupied all the hour.';

-- The stays that began in a span of time. Neither column ever changes in a row, so that updates of
-- stays remain HOT; there is no index on left_at, which changes in each: ops.census_roster tells who
-- was there before.
create index fact_location_stay_arrival on gold.fact_location_stay (hospital_code, arrived_at);

-- Grain: one row a run of hours that a batch touched in one hospital.
create table ops.census_todo (
    todo_id bigint generated always as identity primary key,
    hospital_code text not null,
    from_hour timestamptz not null,
    to_hour timestamptz,
    check (from_hour < to_hour)
);
comment on table ops.census_todo is 'Hours whose occupancy may have changed, appended by batches and removed by the census. Grain: one row a run of hours that a batch touched in one hospital.';
comment on column ops.census_todo.todo_id is 'Number of the row.';
comment on column ops.census_todo.hospital_code is 'The hospital.';
comment on column ops.census_todo.from_hour is 'Begin of the first hour; -infinity for all.';
comment on column ops.census_todo.to_hour is 'End of the last hour; NULL where all that follow may have changed.';

-- Grain: one row a patient whose record is among the latest three patients' of a batch or of all.
create table ops.census_witness (
    witness_id bigint generated always as identity primary key,
    hospital_code text not null,
    patient_pseudonym uuid not null,
    occurred_at timestamptz not null
);
comment on table ops.census_witness is 'Patients of whom the latest records are: an hour is closed when records of three follow it. Appended by batches; the census keeps three a hospital. Grain: one row a patient, hospital and batch.';
comment on column ops.census_witness.witness_id is 'Number of the row.';
comment on column ops.census_witness.hospital_code is 'The hospital.';
comment on column ops.census_witness.patient_pseudonym is 'The patient.';
comment on column ops.census_witness.occurred_at is 'Time of the latest record of the patient in the batch.';

-- Grain: one row a hospital that has closed hours.
create table ops.census_frontier (
    hospital_code text primary key,
    closed_until timestamptz not null
);
comment on table ops.census_frontier is 'How far occupancy is counted. Grain: one row a hospital that has closed hours.';
comment on column ops.census_frontier.hospital_code is 'The hospital.';
comment on column ops.census_frontier.closed_until is 'End of the last closed hour that was counted.';

-- Grain: one row a hospital and day at whose begin somebody was there, as far as hours are closed.
create table ops.census_roster (
    hospital_code text not null,
    day_starts_at timestamptz not null,
    encounters uuid[] not null,
    primary key (hospital_code, day_starts_at)
);
comment on table ops.census_roster is 'Who was there when a day began, so that a later day can be counted without what came before it. Grain: one row a hospital and day of UTC at whose begin somebody was there.';
comment on column ops.census_roster.hospital_code is 'The hospital.';
comment on column ops.census_roster.day_starts_at is 'Begin of the day, at midnight UTC.';
comment on column ops.census_roster.encounters is 'Encounters with a stay that began before day_starts_at and did not end before it, ascending.';

-- A warehouse that holds records already: its latest three patients of each hospital. All closed
-- hours are counted at the first run, as no frontier is there.
insert into ops.census_witness (hospital_code, patient_pseudonym, occurred_at)
select hospital_code, patient_pseudonym, occurred_at
from (
    select
        hospital_code,
        patient_pseudonym,
        max(occurred_at) as occurred_at,
        row_number() over (partition by hospital_code order by max(occurred_at) desc) as rank
    from silver.adt_record
    group by hospital_code, patient_pseudonym
) as latest
where rank <= 3;

-- Views for analysts. They read how far hours are closed from ops, with the rights of their owner.

create view gold.running_occupancy as
with
latest as (
    select hospital_code, max(occurred_at) as occurred_at
    from ops.census_witness
    group by hospital_code
),
span as (
    select
        latest.hospital_code,
        coalesce(frontier.closed_until, '-infinity') as from_hour,
        date_trunc('day', coalesce(frontier.closed_until, '-infinity'), 'UTC') as from_day,
        latest.occurred_at as latest_at
    from latest
    left join ops.census_frontier as frontier using (hospital_code)
),
-- Who was there when the day of the first running hour began, and who came since. These are looked up
-- for each hospital by itself, between two bounds: PostgreSQL would read all stays otherwise.
stay as (
    select
        span.hospital_code, span.from_hour, span.latest_at,
        stay.department_key, stay.arrived_at, stay.left_at
    from span
    join ops.census_roster as roster
        on roster.hospital_code = span.hospital_code and roster.day_starts_at = span.from_day
    cross join unnest(roster.encounters) as present (encounter_key)
    join gold.fact_location_stay as stay on stay.encounter_key = present.encounter_key
    where stay.arrived_at < span.from_day
    union all
    select
        span.hospital_code, span.from_hour, span.latest_at,
        stay.department_key, stay.arrived_at, stay.left_at
    from span
    cross join lateral (
        select department_key, arrived_at, left_at
        from gold.fact_location_stay as came
        where came.hospital_code = span.hospital_code
            and came.arrived_at >= span.from_day
            and came.arrived_at <= span.latest_at
        offset 0
    ) as stay
),
counted as (
    select
        stay.hospital_code,
        stay.department_key,
        hour.hour_starts_at,
        count(*) filter (
            where stay.arrived_at <= hour.hour_starts_at
                and (stay.left_at > hour.hour_starts_at or stay.left_at is null)
        ) as patients_at_start,
        count(*) filter (where stay.arrived_at >= hour.hour_starts_at) as arrivals,
        count(*) filter (where stay.left_at < hour.hour_starts_at + interval '1 hour') as departures
    from stay
    cross join generate_series(
        greatest(date_trunc('hour', stay.arrived_at, 'UTC'), stay.from_hour),
        least(stay.left_at, stay.latest_at),
        interval '1 hour'
    ) as hour (hour_starts_at)
    group by stay.hospital_code, stay.department_key, hour.hour_starts_at
)
select
    counted.hospital_code,
    hospital.name as hospital,
    department.department_code,
    department.name as department,
    department.kind as department_kind,
    counted.hour_starts_at,
    counted.hour_starts_at at time zone hospital.time_zone as local_hour_starts_at,
    sum(counted.patients_at_start)::integer as patients_at_start,
    sum(counted.arrivals)::integer as arrivals,
    sum(counted.departures)::integer as departures
from counted
join gold.dim_hospital as hospital on hospital.hospital_code = counted.hospital_code
join gold.dim_department as own on own.department_key = counted.department_key
join gold.dim_department as department
    on department.hospital_code = own.hospital_code
    and department.department_code = own.department_code
    and department.valid_from <= counted.hour_starts_at
    and department.valid_to > counted.hour_starts_at
group by
    counted.hospital_code, hospital.name, hospital.time_zone, department.department_code,
    department.name, department.kind, counted.hour_starts_at;
comment on view gold.running_occupancy is 'Occupancy of the hours that are not closed, up to the hospital''s latest record; what comes still changes it. Grain: one row a department and running hour in which somebody was there or moved.';
comment on column gold.running_occupancy.hospital_code is 'The hospital''s code.';
comment on column gold.running_occupancy.hospital is 'The hospital''s name.';
comment on column gold.running_occupancy.department_code is 'The department''s code.';
comment on column gold.running_occupancy.department is 'The department''s name at the hour.';
comment on column gold.running_occupancy.department_kind is 'Kind of department.';
comment on column gold.running_occupancy.hour_starts_at is 'Begin of the hour.';
comment on column gold.running_occupancy.local_hour_starts_at is 'The same by the hospital''s clocks.';
comment on column gold.running_occupancy.patients_at_start is 'Patients who were there at the begin of the hour.';
comment on column gold.running_occupancy.arrivals is 'Stays that began within the hour, so far.';
comment on column gold.running_occupancy.departures is 'Stays that ended within the hour, so far.';

create view gold.bed_occupancy as
with
closed_hour as (
    select frontier.hospital_code, closed.hour_starts_at
    from ops.census_frontier as frontier
    cross join lateral (
        select min(fact.hour_starts_at) as hour_starts_at
        from gold.fact_bed_occupancy as fact
        where fact.hospital_code = frontier.hospital_code
    ) as first
    cross join generate_series(
        first.hour_starts_at, frontier.closed_until - interval '1 hour', interval '1 hour'
    ) as closed (hour_starts_at)
),
-- Every department in every hour; the unknown one where somebody was in it or had just left it.
cell as (
    select
        closed_hour.hospital_code,
        closed_hour.hour_starts_at,
        department.department_key,
        department.department_code,
        department.name as department,
        department.kind as department_kind,
        next.department_key as next_department_key
    from closed_hour
    join gold.dim_department as department
        on department.hospital_code = closed_hour.hospital_code
        and department.valid_from <= closed_hour.hour_starts_at
        and department.valid_to > closed_hour.hour_starts_at
    left join gold.dim_department as next
        on next.hospital_code = closed_hour.hospital_code
        and next.department_code = department.department_code
        and next.valid_from <= closed_hour.hour_starts_at + interval '1 hour'
        and next.valid_to > closed_hour.hour_starts_at + interval '1 hour'
    union all
    select
        fact.hospital_code,
        fact.hour_starts_at,
        department.department_key,
        department.department_code,
        department.name,
        department.kind,
        department.department_key
    from gold.fact_bed_occupancy as fact
    join gold.dim_department as department
        on department.department_key = fact.department_key and department.hospital_code = 'unknown'
)
select
    cell.hospital_code,
    hospital.name as hospital,
    cell.department_code,
    cell.department,
    cell.department_kind,
    cell.hour_starts_at,
    cell.hour_starts_at at time zone hospital.time_zone as local_hour_starts_at,
    coalesce(fact.patients_at_start, 0) as patients_at_start,
    coalesce(fact.arrivals, 0) as arrivals,
    coalesce(fact.departures, 0) as departures,
    coalesce(next.patients_at_start, running.patients_at_start, 0) as patients_at_end,
    round(coalesce(fact.patient_seconds, 0) / 3600.0, 2) as average_occupied_beds
from cell
join gold.dim_hospital as hospital on hospital.hospital_code = cell.hospital_code
left join gold.fact_bed_occupancy as fact
    on fact.hospital_code = cell.hospital_code
    and fact.hour_starts_at = cell.hour_starts_at
    and fact.department_key = cell.department_key
left join gold.fact_bed_occupancy as next
    on next.hospital_code = cell.hospital_code
    and next.hour_starts_at = cell.hour_starts_at + interval '1 hour'
    and next.department_key = cell.next_department_key
-- The hour after the last closed one is still running.
left join gold.running_occupancy as running
    on running.hospital_code = cell.hospital_code
    and running.hour_starts_at = cell.hour_starts_at + interval '1 hour'
    and running.department_code = cell.department_code;
comment on view gold.bed_occupancy is 'Beds occupied by the hour, with names, and zeros where nobody was there, from the first to the last closed hour of each hospital. Grain: one row a department and closed hour; the unknown department only in hours in which somebody was there or moved.';
comment on column gold.bed_occupancy.hospital_code is 'The hospital''s code.';
comment on column gold.bed_occupancy.hospital is 'The hospital''s name.';
comment on column gold.bed_occupancy.department_code is 'The department''s code.';
comment on column gold.bed_occupancy.department is 'The department''s name at the hour.';
comment on column gold.bed_occupancy.department_kind is 'Kind of department.';
comment on column gold.bed_occupancy.hour_starts_at is 'Begin of the hour.';
comment on column gold.bed_occupancy.local_hour_starts_at is 'The same by the hospital''s clocks.';
comment on column gold.bed_occupancy.patients_at_start is 'Patients who were there at the begin of the hour.';
comment on column gold.bed_occupancy.arrivals is 'Stays that began within the hour.';
comment on column gold.bed_occupancy.departures is 'Stays that ended within the hour.';
comment on column gold.bed_occupancy.patients_at_end is 'Patients who were there at the begin of the next hour.';
comment on column gold.bed_occupancy.average_occupied_beds is 'Beds occupied over the hour on average, to two decimals.';

create view gold.midnight_census as
with
span as (
    select
        frontier.hospital_code,
        hospital.name as hospital,
        hospital.time_zone,
        first.hour_starts_at as first_hour,
        frontier.closed_until
    from ops.census_frontier as frontier
    join gold.dim_hospital as hospital on hospital.hospital_code = frontier.hospital_code
    cross join lateral (
        select min(fact.hour_starts_at) as hour_starts_at
        from gold.fact_bed_occupancy as fact
        where fact.hospital_code = frontier.hospital_code
    ) as first
),
-- The first hour that does not begin before midnight: by clocks that are half an hour off, half an
-- hour later. A day whose clocks strike midnight twice, or not at all, has one all the same.
day as (
    select
        span.*,
        midnight.local::date as census_on,
        date_trunc(
            'hour', (midnight.local at time zone span.time_zone) + interval '3599.999999 seconds', 'UTC'
        ) as hour_starts_at
    from span
    cross join generate_series(
        date_trunc('day', span.first_hour at time zone span.time_zone),
        span.closed_until at time zone span.time_zone,
        interval '1 day'
    ) as midnight (local)
),
cell as (
    select
        day.hospital_code,
        day.hospital,
        day.census_on,
        day.hour_starts_at,
        department.department_key
    from day
    join gold.dim_department as department
        on department.hospital_code = day.hospital_code
        and department.valid_from <= day.hour_starts_at
        and department.valid_to > day.hour_starts_at
    where day.hour_starts_at >= day.first_hour and day.hour_starts_at < day.closed_until
    union all
    select fact.hospital_code, day.hospital, day.census_on, fact.hour_starts_at, fact.department_key
    from day
    join gold.fact_bed_occupancy as fact
        on fact.hospital_code = day.hospital_code and fact.hour_starts_at = day.hour_starts_at
    join gold.dim_department as department
        on department.department_key = fact.department_key and department.hospital_code = 'unknown'
    where fact.patients_at_start > 0
)
select
    cell.hospital_code,
    cell.hospital,
    cell.census_on,
    department.department_code,
    department.name as department,
    department.kind as department_kind,
    coalesce(fact.patients_at_start, 0) as patients
from cell
join gold.dim_department as department on department.department_key = cell.department_key
left join gold.fact_bed_occupancy as fact
    on fact.hospital_code = cell.hospital_code
    and fact.hour_starts_at = cell.hour_starts_at
    and fact.department_key = cell.department_key;
comment on view gold.midnight_census is 'Patients in a bed at midnight by the hospital''s clocks, as far as hours are closed, and zeros where nobody was there. Grain: one row a department and day; the unknown department only on days on which somebody was in it.';
comment on column gold.midnight_census.hospital_code is 'The hospital''s code.';
comment on column gold.midnight_census.hospital is 'The hospital''s name.';
comment on column gold.midnight_census.census_on is 'The day that begins with that midnight.';
comment on column gold.midnight_census.department_code is 'The department''s code.';
comment on column gold.midnight_census.department is 'The department''s name at that time.';
comment on column gold.midnight_census.department_kind is 'Kind of department.';
comment on column gold.midnight_census.patients is 'Patients who were there.';

grant select, insert, update, delete on gold.fact_bed_occupancy to wardflow_loader;
grant select, insert, delete on ops.census_todo, ops.census_witness to wardflow_loader;
grant select, insert, update, delete on ops.census_frontier, ops.census_roster to wardflow_loader;
grant select on gold.bed_occupancy, gold.running_occupancy, gold.midnight_census to wardflow_loader;
grant select on gold.fact_bed_occupancy, gold.bed_occupancy, gold.running_occupancy, gold.midnight_census
    to wardflow_analyst, wardflow_privacy, wardflow_grafana;
