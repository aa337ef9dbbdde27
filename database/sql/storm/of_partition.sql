-- The storms of a partition that are not over.
select
    storm.topic_id, topic.cluster_id, topic.topic, storm.partition, storm.rule, storm.kafka_offset, storm.refused,
    storm.began_at, storm.accepted_at is null as is_held
from ops.storm as storm
join ops.kafka_topic as topic using (topic_id)
where storm.topic_id = $1 and storm.partition = $2 and storm.ended_at is null
order by storm.rule
