-- One record by its coordinates; the day finds the partition, the time tells this log from another.
select key, payload
from bronze.kafka_record
where received_on = $1 and topic_id = $2 and partition = $3 and kafka_offset = $4
    and received_at = $5
