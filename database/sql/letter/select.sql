-- Letters that are looked for, the oldest first; every parameter but the last may be NULL, which asks nothing.
-- Grain: one row a refused Kafka record. One that repeats a letter is part of that.
select
    quarantine.quarantine_id,
    quarantine.rule,
    quarantine.field,
    quarantine.reason,
    quarantine.attempts,
    quarantine.state,
    quarantine.quarantined_at,
    topic.topic,
    quarantine.partition,
    quarantine.kafka_offset
from ops.quarantine as quarantine
join ops.kafka_topic as topic using (topic_id)
join bronze.kafka_record as record using (received_on, topic_id, partition, kafka_offset)
where quarantine.retry_of is null
    and ($1::uuid[] is null or quarantine.quarantine_id = any($1))
    and ($2::text is null or quarantine.rule = $2)
    and ($3::text is null or quarantine.state = $3)
    and ($4::timestamptz is null or quarantine.quarantined_at >= $4)
    and ($5::timestamptz is null or quarantine.quarantined_at < $5)
    -- Keys of events begin with the hospital's code, and so do those of departments.
    and ($6::bytea is null or substring(record.key from 1 for length($6)) = $6)
order by quarantine.quarantined_at, quarantine.quarantine_id
limit $7
