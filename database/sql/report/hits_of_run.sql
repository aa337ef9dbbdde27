-- What the rules say of the events of a producer's run, by the headers wardflow.run and wardflow.ordinal: one row an
-- event that any rule hit, or whose content had come before under another ordinal. Of an event that was delivered
-- several times the first delivery counts; a finding counts for the last content that came of its event.
with delivery as (
    select distinct on (convert_from(headers[4], 'UTF8')::bigint)
        convert_from(headers[4], 'UTF8')::bigint as ordinal,
        topic_id,
        partition,
        kafka_offset
    from bronze.kafka_record
    where headers[1] = 'wardflow.run'::bytea
        and headers[2] = $1
        and headers[3] = 'wardflow.ordinal'::bytea
        and length(headers[4]) <= 18
    order by convert_from(headers[4], 'UTF8')::bigint, topic_id, partition, kafka_offset
),

loaded as (
    select
        delivery.ordinal,
        record.patient_pseudonym,
        record.event_id,
        record.repairs,
        row_number() over (
            partition by record.patient_pseudonym, record.event_id
            order by record.topic_id, record.partition, record.kafka_offset desc
        ) = 1 as is_last_content
    from delivery
    join silver.adt_record as record using (topic_id, partition, kafka_offset)
),

hit as (
    select ordinal, unnest(repairs) as rule
    from loaded
    union
    select loaded.ordinal, finding.rule
    from loaded
    join silver.finding using (patient_pseudonym, event_id)
    where loaded.is_last_content
    union
    select delivery.ordinal, quarantine.rule
    from delivery
    join ops.quarantine using (topic_id, partition, kafka_offset)
    union
    select delivery.ordinal, 'DUPLICATE'
    from delivery
    join ops.duplicate using (topic_id, partition, kafka_offset)
)

select ordinal, array_agg(rule order by rule) as rules
from hit
group by ordinal
order by ordinal
