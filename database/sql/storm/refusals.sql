-- The refused records among the last ones of a partition that are loaded, the oldest first.
select kafka_offset, rule
from ops.quarantine
where topic_id = $1 and partition = $2 and kafka_offset >= $3
order by kafka_offset
