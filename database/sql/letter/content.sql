-- A letter's record as bronze has it.
select record.key, record.payload
from ops.quarantine as quarantine
join bronze.kafka_record as record using (received_on, topic_id, partition, kafka_offset)
where quarantine.quarantine_id = $1
