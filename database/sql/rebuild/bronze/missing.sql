-- Outcomes of records that bronze does not hold: the first of them, and how many there are.
with
named as (
    select 'silver.adt_record' as place, topic_id, partition, kafka_offset from silver.adt_record
    union all
    select 'silver.staff_statement', topic_id, partition, kafka_offset from silver.staff_statement
    where topic_id is not null
    union all
    select 'silver.department_statement', topic_id, partition, kafka_offset from silver.department_statement
    where topic_id is not null
    union all
    select 'ops.duplicate', topic_id, partition, kafka_offset from ops.duplicate
    union all
    select 'ops.quarantine', topic_id, partition, kafka_offset from ops.quarantine where file_id is null
    union all
    select 'ops.erased_record', topic_id, partition, kafka_offset from ops.erased_record
)
select
    named.place,
    coalesce(topic.topic, 'number ' || named.topic_id) as topic,
    named.partition,
    named.kafka_offset,
    count(*) over () as records
from named
left join ops.kafka_topic as topic using (topic_id)
where not exists (
    select
    from pg_temp.record as record
    where record.topic_id = named.topic_id
        and record.partition = named.partition
        and record.kafka_offset = named.kafka_offset
)
order by topic, named.partition, named.kafka_offset
limit 1
