-- The records of encounters; position is the place in the total order. Grain: one row an event.
ordered_record as (
    select
        *,
        event_type in ('A01', 'A02') as is_admission_statement,
        row_number() over (
            partition by patient_pseudonym, encounter_key
            order by occurred_at, sequence nulls first, recorded_at, content_hash, event_id
        ) as position
    from record
    where encounter_key is not null
),
-- The same beside what the whole encounter says: when its first admission statement was and its
-- last A03, which is also the one with the greatest time; where the first and last of the events
-- stand that a rule asks for, and the last that states a fact. Grain: one row an event.
placed_record as (
    select
        *,
        min(occurred_at) filter (where is_admission_statement) over of_encounter as first_location_at,
        max(occurred_at) filter (where event_type = 'A03') over of_encounter as last_a03_at,
        max(position) filter (where event_type = 'A03') over of_encounter as last_a03_position,
        min(position) filter (where event_type = 'A01') over of_encounter as first_a01_position,
        min(position) filter (where event_type in ('A02', 'A03')) over of_encounter
            as first_other_position,
        max(position) filter (where admitted_at is not null) over of_encounter as admitted_position,
        max(position) filter (where discharged_at is not null) over of_encounter
            as discharged_position,
        max(position) filter (where admission_type is not null) over of_encounter as type_position,
        max(position) filter (where admission_source is not null) over of_encounter
            as source_position,
        max(position) filter (where discharge_disposition is not null) over of_encounter
            as disposition_position,
        max(position) filter (where died is not null) over of_encounter as died_position,
        max(position) filter (where is_admission_statement) over of_instant as statement_position
    from ordered_record
    window
        of_encounter as (partition by patient_pseudonym, encounter_key),
        of_instant as (partition by patient_pseudonym, encounter_key, occurred_at)
),
-- A discharge before the first admission statement closes nothing. Of the admission statements at
-- one instant the last counts, if it lies before the discharge; so does a first one on the very
-- instant of the discharge, which makes no stay. Grain: one row an event.
encounter_record as (
    select
        *,
        coalesce(last_a03_at < first_location_at, false) as closes_nothing,
        case when last_a03_at < first_location_at then null else last_a03_at end
            as last_location_left_at,
        is_admission_statement
            and position = statement_position
            and (
                last_a03_at is null
                or last_a03_at < first_location_at
                or occurred_at < last_a03_at
                or (occurred_at = last_a03_at and occurred_at = first_location_at)
            ) as counts
    from placed_record
),
