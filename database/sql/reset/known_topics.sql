-- The topics of a cluster that were ever read.
select topic, partitions
from ops.kafka_topic
where cluster_id = $1
