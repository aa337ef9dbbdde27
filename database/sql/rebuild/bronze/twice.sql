-- Records that bronze holds under several days: the first of them, and how many there are.
with
twice as (
    select topic_id, partition, kafka_offset
    from pg_temp.record
    group by topic_id, partition, kafka_offset
    having count(*) > 1
)
select topic.topic, twice.partition, twice.kafka_offset, count(*) over () as records
from twice
join ops.kafka_topic as topic using (topic_id)
order by topic.topic, twice.partition, twice.kafka_offset
limit 1
