-- The admission statements that count, in their order. Grain: one row a statement.
counting_statement as (
    select
        patient_pseudonym,
        encounter_key,
        event_id,
        occurred_at,
        hospital_code,
        department_code,
        ward,
        bed,
        last_location_left_at,
        last_location_left_at is null or occurred_at < last_location_left_at as makes_stay,
        row_number() over of_encounter as number,
        lead(occurred_at) over of_encounter as next_occurred_at
    from encounter_record
    where counts
    window of_encounter as (partition by patient_pseudonym, encounter_key order by occurred_at)
),
