-- Records that were loaded by a schema which nobody has kept: the first of them, and how many there are.
with
loaded as (
    select topic_id, partition, kafka_offset from silver.adt_record
    union all
    select topic_id, partition, kafka_offset from silver.staff_statement where topic_id is not null
    union all
    select topic_id, partition, kafka_offset from silver.department_statement where topic_id is not null
    union all
    select topic_id, partition, kafka_offset from ops.duplicate
)
select
    refused.lost_schema_id,
    topic.topic,
    refused.partition,
    refused.kafka_offset,
    count(*) over () as records
from pg_temp.refused as refused
join loaded using (topic_id, partition, kafka_offset)
join ops.kafka_topic as topic using (topic_id)
where refused.lost_schema_id is not null
order by topic.topic, refused.partition, refused.kafka_offset
limit 1
