-- Of the deliveries of one content what a file states is the first, or else the one that silver names, or else one that
-- the books do not call a repetition, or else the earliest. The others are duplicates.
with
several as materialized (
    select {key}
    from pg_temp.{table}
    group by {key}
    having count(*) > 1
),
ranked as (
    select
        delivered.*,
        row_number() over (
            partition by {key}
            order by
                delivered.topic_id is not null,
                stored.topic_id is null,
                noted.is_repetition is not null,
                record.received_at,
                delivered.topic_id,
                delivered.partition,
                delivered.kafka_offset
        ) as number
    from pg_temp.{table} as delivered
    join several using ({key})
    left join pg_temp.record as record using (topic_id, partition, kafka_offset)
    left join silver.{table} as stored using ({key}, topic_id, partition, kafka_offset)
    left join (
        select topic_id, partition, kafka_offset, true as is_repetition from ops.duplicate
    ) as noted using (topic_id, partition, kafka_offset)
)
insert into pg_temp.duplicate (topic_id, partition, kafka_offset, patient_pseudonym, event_id, content_hash)
select topic_id, partition, kafka_offset, {patient}, {id}, content_hash
from ranked
where number > 1;
delete from pg_temp.{table} as delivered
using pg_temp.duplicate as repeated
where repeated.topic_id = delivered.topic_id
    and repeated.partition = delivered.partition
    and repeated.kafka_offset = delivered.kafka_offset;
