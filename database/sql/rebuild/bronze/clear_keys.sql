-- A record of somebody else loses the key by which it names an erased patient.
update bronze.kafka_record as record
set key = null
from pg_temp.keyed_by_erased as keyed
where keyed.topic_id = record.topic_id
    and keyed.partition = record.partition
    and keyed.kafka_offset = record.kafka_offset
    and record.key is not null
