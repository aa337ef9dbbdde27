-- Records that were loaded and that nobody could load as they stand in bronze: the first of them, and how many there are.
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
    doubtful.doubt,
    doubtful.lost_schema_id,
    topic.topic,
    doubtful.partition,
    doubtful.kafka_offset,
    count(*) over () as records
from pg_temp.doubtful as doubtful
join loaded using (topic_id, partition, kafka_offset)
join ops.kafka_topic as topic using (topic_id)
order by topic.topic, doubtful.partition, doubtful.kafka_offset
limit 1
