-- The partitions of a topic by this name, in each cluster, and how far they are loaded.
select topic.topic_id, progress.first_offset, progress.next_offset
from ops.kafka_topic as topic
join ops.kafka_offset as progress using (cluster_id, topic)
where topic.topic = $1 and progress.partition = $2
