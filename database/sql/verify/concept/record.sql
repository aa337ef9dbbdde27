-- Events that came with several contents: rare. Grain: one row an event of a patient.
conflict as materialized (
    select patient_pseudonym, event_id
    from silver.adt_record
    group by patient_pseudonym, event_id
    having count(*) > 1
),
ranked_content as (
    select
        patient_pseudonym,
        event_id,
        content_hash,
        encounter_key,
        row_number() over (
            partition by patient_pseudonym, event_id order by recorded_at desc, content_hash desc
        ) as rank
    from silver.adt_record
    join conflict using (patient_pseudonym, event_id)
),
-- The records that count: of several contents under one event id the one with the greatest
-- (recorded_at, content_hash). Grain: one row an event of a patient.
record as (
    select record.*
    from silver.adt_record as record
    left join ranked_content
        on ranked_content.patient_pseudonym = record.patient_pseudonym
        and ranked_content.event_id = record.event_id
        and ranked_content.content_hash = record.content_hash
        and ranked_content.rank > 1
    where ranked_content.rank is null
),
