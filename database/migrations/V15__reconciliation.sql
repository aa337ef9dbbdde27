-- Where the two sources of an encounter differ: computed when it is asked, so never stale.

create view silver.reconciliation as
with extract as (
    select
        file.hospital_code,
        file.extract_date,
        file.extracted_at,
        file.extract_date::timestamp at time zone hospital.time_zone as day_begins_at
    from bronze.file
    join ops.file_progress as progress using (file_id)
    join gold.dim_hospital as hospital on hospital.hospital_code = file.hospital_code
    where file.kind = 'encounters' and progress.state = 'loaded'
),
-- Of several contents under one event id the one that was entered last counts.
event as (
    select distinct on (patient_pseudonym, event_id) *
    from silver.adt_record
    where encounter_key is not null
    order by patient_pseudonym, event_id, recorded_at desc, content_hash desc
),
-- An encounter as events have it at the time of an extract.
told as (
    select
        extract.hospital_code,
        extract.extract_date,
        event.encounter_key,
        min(extract.day_begins_at) as day_begins_at,
        min(event.occurred_at) filter (where event.event_type in ('A01', 'A02')) as first_location_at,
        max(event.occurred_at) filter (where event.event_type = 'A03') as last_location_left_at,
        (
            array_agg(event.admitted_at order by event.occurred_at desc, event.sequence desc nulls last)
                filter (where event.admitted_at is not null)
        )[1] as admitted_at,
        (
            array_agg(event.discharged_at order by event.occurred_at desc, event.sequence desc nulls last)
                filter (where event.discharged_at is not null)
        )[1] as discharged_at,
        (
            array_agg(event.discharge_disposition order by event.occurred_at desc, event.sequence desc nulls last)
                filter (where event.discharge_disposition is not null)
        )[1] as disposition,
        (
            array_agg(event.department_code order by event.occurred_at desc, event.sequence desc nulls last)
                filter (where event.event_type in ('A01', 'A02'))
        )[1] as department_code
    from extract
    join event on event.hospital_code = extract.hospital_code and event.occurred_at <= extract.extracted_at
    group by extract.hospital_code, extract.extract_date, event.encounter_key
),
-- Those of them that were open at some moment of the day.
open_by_events as (
    select *
    from told
    where first_location_at is not null
        and (last_location_left_at is null or last_location_left_at > day_begins_at)
),
-- Of several contents of an encounter on one day the greatest hash counts.
open_by_extract as (
    select distinct on (encounter.encounter_key, encounter.extract_date) encounter.*
    from silver.encounters as encounter
    join extract using (hospital_code, extract_date)
    order by encounter.encounter_key, encounter.extract_date, encounter.content_hash desc
),
-- What both say of each; an encounter that events have closed before the day is compared, too.
compared as (
    select
        coalesce(by_extract.hospital_code, by_events.hospital_code) as hospital_code,
        coalesce(by_extract.extract_date, by_events.extract_date) as extract_date,
        coalesce(by_extract.encounter_key, by_events.encounter_key) as encounter_key,
        said.difference,
        said.events_say,
        said.extract_says
    from open_by_extract as by_extract
    full join open_by_events as by_events
        on by_events.encounter_key = by_extract.encounter_key and by_events.extract_date = by_extract.extract_date
    left join told
        on told.encounter_key = by_extract.encounter_key and told.extract_date = by_extract.extract_date
    cross join lateral (
        values
        (
            'only_events',
            by_extract.encounter_key is null,
            by_events.first_location_at::text,
            null::text
        ),
        (
            'only_extract',
            by_extract.encounter_key is not null and told.first_location_at is null,
            null,
            by_extract.first_location_at::text
        ),
        (
            'first_location_at',
            told.first_location_at <> by_extract.first_location_at,
            told.first_location_at::text,
            by_extract.first_location_at::text
        ),
        (
            'last_location_left_at',
            told.first_location_at is not null
                and told.last_location_left_at is distinct from by_extract.last_location_left_at,
            told.last_location_left_at::text,
            by_extract.last_location_left_at::text
        ),
        (
            'admitted_at',
            told.admitted_at <> by_extract.admitted_at,
            told.admitted_at::text,
            by_extract.admitted_at::text
        ),
        (
            'discharged_at',
            told.discharged_at <> by_extract.discharged_at,
            told.discharged_at::text,
            by_extract.discharged_at::text
        ),
        (
            'disposition',
            told.disposition <> by_extract.disposition,
            told.disposition,
            by_extract.disposition
        ),
        (
            'department_code',
            told.department_code <> by_extract.department_code,
            told.department_code,
            by_extract.department_code
        )
    ) as said (difference, differs, events_say, extract_says)
    where said.differs
)
select hospital_code, extract_date, encounter_key, difference, events_say, extract_says
from compared;
comment on view silver.reconciliation is 'Where events and extracts of an encounter differ at the time of the extract. Grain: one row a day, encounter and difference.';
comment on column silver.reconciliation.hospital_code is 'The hospital.';
comment on column silver.reconciliation.extract_date is 'Day of the extract.';
comment on column silver.reconciliation.encounter_key is 'The encounter.';
comment on column silver.reconciliation.difference is 'only_events, only_extract, or the column that differs.';
comment on column silver.reconciliation.events_say is 'What events say until the extract was taken.';
comment on column silver.reconciliation.extract_says is 'What the extract says.';

grant select on silver.reconciliation to wardflow_loader;
