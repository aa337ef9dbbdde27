select next_offset
from ops.kafka_offset
where cluster_id = $1 and topic = $2 and partition = $3
