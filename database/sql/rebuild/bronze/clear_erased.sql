-- Of records of erased patients bronze keeps the coordinates alone, also of those that nobody took for theirs before, or
-- that came back with a day of bronze.
update bronze.kafka_record as record
set schema_id = null, key = null, payload = null, headers = null
from ops.erased_record as erased
where erased.topic_id = record.topic_id
    and erased.partition = record.partition
    and erased.kafka_offset = record.kafka_offset
    and num_nonnulls(record.schema_id, record.key, record.payload, record.headers) > 0
