-- One record by its coordinates; the day finds the partition, the time tells this log from another.
-- Of an erased patient's record nothing else is known.
select
    key, payload,
    exists (
        select
        from ops.erased_record as erased
        where erased.topic_id = record.topic_id
            and erased.partition = record.partition
            and erased.kafka_offset = record.kafka_offset
    ) as is_erased
from bronze.kafka_record as record
where received_on = $1 and topic_id = $2 and partition = $3 and kafka_offset = $4
    and received_at = $5
