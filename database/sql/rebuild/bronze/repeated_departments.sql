-- What files state stays as it is, and is the first of what says the same: bronze does not hold their lines.
insert into pg_temp.department_statement
select * from silver.department_statement where topic_id is null;
-- Else as with events.
with
several as materialized (
    select hospital_code, department_code, statement_id, content_hash
    from pg_temp.department_statement
    group by hospital_code, department_code, statement_id, content_hash
    having count(*) > 1
),
ranked as (
    select
        delivered.topic_id,
        delivered.partition,
        delivered.kafka_offset,
        delivered.statement_id,
        delivered.content_hash,
        row_number() over (
            partition by delivered.hospital_code, delivered.department_code, delivered.statement_id, delivered.content_hash
            order by
                delivered.topic_id is not null,
                stored.statement_id is null,
                noted.event_id is not null,
                record.received_at,
                delivered.topic_id,
                delivered.partition,
                delivered.kafka_offset
        ) as number
    from pg_temp.department_statement as delivered
    join several using (hospital_code, department_code, statement_id, content_hash)
    left join pg_temp.record as record using (topic_id, partition, kafka_offset)
    left join silver.department_statement as stored
        using (hospital_code, department_code, statement_id, content_hash, topic_id, partition, kafka_offset)
    left join ops.duplicate as noted using (topic_id, partition, kafka_offset)
)
insert into pg_temp.duplicate (topic_id, partition, kafka_offset, event_id, content_hash)
select topic_id, partition, kafka_offset, statement_id, content_hash
from ranked
where number > 1;
delete from pg_temp.department_statement as delivered
using pg_temp.duplicate as repeated
where repeated.topic_id = delivered.topic_id
    and repeated.partition = delivered.partition
    and repeated.kafka_offset = delivered.kafka_offset;
