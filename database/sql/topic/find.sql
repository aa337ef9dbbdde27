select topic_id, partitions
from ops.kafka_topic
where cluster_id = $1 and topic = $2
