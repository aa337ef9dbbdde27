-- What is stated of encounters, by records and by extracts, whose time and time of entry is that of
-- the extract. Grain: one row a statement that counts.
stated as (
    select
        patient_pseudonym,
        encounter_key,
        event_id,
        event_type,
        hospital_code,
        occurred_at,
        sequence,
        recorded_at,
        content_hash,
        department_code,
        ward,
        bed,
        admitted_at,
        discharged_at,
        admission_type,
        admission_source,
        discharge_disposition,
        died,
        age_at_admission_years,
        null::timestamptz as told_arrived_at,
        null::timestamptz as told_left_at
    from record
    where encounter_key is not null
    union all
    select
        patient_pseudonym,
        encounter_key,
        statement_id,
        'extract',
        hospital_code,
        extracted_at,
        null,
        extracted_at,
        content_hash,
        department_code,
        ward,
        bed,
        admitted_at,
        discharged_at,
        admission_type,
        admission_source,
        disposition,
        died,
        null,
        first_location_at,
        last_location_left_at
    from ranked_extract
    where rank = 1
),
-- The same in order; position is the place in the total order. Grain: one row a statement.
ordered_record as (
    select
        *,
        event_type in ('A01', 'A02') as is_admission_statement,
        row_number() over (
            partition by patient_pseudonym, encounter_key
            order by occurred_at, sequence nulls first, recorded_at, content_hash, event_id
        ) as position
    from stated
),
-- The same beside where in the whole encounter the first and last of the statements stand that a
-- rule asks for, and the last that states a fact. Grain: one row a statement.
placed_record as (
    select
        *,
        min(occurred_at) filter (where is_admission_statement) over of_encounter
            as first_statement_at,
        max(position) filter (where told_arrived_at is not null) over of_encounter
            as told_arrived_position,
        -- Where there is no A03, the last extract that tells when the patient left is the discharge.
        coalesce(
            max(position) filter (where event_type = 'A03') over of_encounter,
            max(position) filter (where told_left_at is not null) over of_encounter
        ) as discharge_position,
        min(position) filter (where event_type = 'A01') over of_encounter as first_a01_position,
        min(position) filter (where event_type in ('A02', 'A03')) over of_encounter
            as first_other_position,
        max(position) filter (where event_type = 'extract' and department_code is not null)
            over of_encounter as told_department_position,
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
-- When the patient came and left by these: events tell it, and extracts where no event does.
-- Grain: one row a statement.
timed_record as (
    select
        *,
        coalesce(
            first_statement_at,
            max(told_arrived_at) filter (where position = told_arrived_position) over of_encounter
        ) as first_location_at,
        max(case event_type when 'A03' then occurred_at else told_left_at end)
            filter (where position = discharge_position) over of_encounter as discharge_at
    from placed_record
    window of_encounter as (partition by patient_pseudonym, encounter_key)
),
-- A discharge before the first location closes nothing. Grain: one row a statement.
closed_record as (
    select
        *,
        coalesce(discharge_at < first_location_at, false) as closes_nothing,
        case when discharge_at < first_location_at then null else discharge_at end
            as last_location_left_at
    from timed_record
),
-- Of the admission statements at one instant the last counts, if it lies before the discharge; so
-- does a first one on the very instant of the discharge, which makes no stay. Grain: one row a
-- statement.
encounter_record as (
    select
        *,
        is_admission_statement
            and position = statement_position
            and (
                last_location_left_at is null
                or occurred_at < last_location_left_at
                or (occurred_at = last_location_left_at and occurred_at = first_location_at)
            ) as counts
    from closed_record
),
