-- Of the deliveries of one content the one that silver names is the first, or else one that the books do not call a
-- repetition, or else the earliest. The others are duplicates.
with
several as materialized (
    select patient_pseudonym, event_id, content_hash
    from pg_temp.adt_record
    group by patient_pseudonym, event_id, content_hash
    having count(*) > 1
),
ranked as (
    select
        delivered.topic_id,
        delivered.partition,
        delivered.kafka_offset,
        delivered.patient_pseudonym,
        delivered.event_id,
        delivered.content_hash,
        row_number() over (
            partition by delivered.patient_pseudonym, delivered.event_id, delivered.content_hash
            order by
                stored.topic_id is null,
                noted.topic_id is not null,
                record.received_at,
                delivered.topic_id,
                delivered.partition,
                delivered.kafka_offset
        ) as number
    from pg_temp.adt_record as delivered
    join several using (patient_pseudonym, event_id, content_hash)
    join pg_temp.record as record using (topic_id, partition, kafka_offset)
    left join silver.adt_record as stored
        using (patient_pseudonym, event_id, content_hash, topic_id, partition, kafka_offset)
    left join ops.duplicate as noted using (topic_id, partition, kafka_offset)
)
insert into pg_temp.duplicate (topic_id, partition, kafka_offset, patient_pseudonym, event_id, content_hash)
select topic_id, partition, kafka_offset, patient_pseudonym, event_id, content_hash
from ranked
where number > 1;
delete from pg_temp.adt_record as delivered
using pg_temp.duplicate as repeated
where repeated.topic_id = delivered.topic_id
    and repeated.partition = delivered.partition
    and repeated.kafka_offset = delivered.kafka_offset;
