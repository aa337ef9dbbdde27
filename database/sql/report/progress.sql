-- How far a topic of a cluster is read: one row a partition.
select partition, next_offset
from ops.kafka_offset
where cluster_id = $1 and topic = $2
