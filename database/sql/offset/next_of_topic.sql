-- How far the partitions of a topic are loaded. Grain: one row a partition that was ever read.
select partition, next_offset
from ops.kafka_offset
where cluster_id = $1 and topic = $2
