-- The storms that are not over, of all topics.
select
    storm.topic_id, topic.cluster_id, topic.topic, storm.partition, storm.rule, storm.kafka_offset, storm.refused,
    storm.began_at, storm.accepted_at is null as is_held
from ops.storm as storm
join ops.kafka_topic as topic using (topic_id)
where storm.ended_at is null
order by topic.topic, storm.partition, storm.rule
