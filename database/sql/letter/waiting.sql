-- What is still to be published, as bronze has it: the oldest first, as many as hold so many bytes, and one
-- at least. Grain: one row a record.
-- Which ones is decided before bronze is looked at: each then is one row by its key.
with
letter as materialized (
    select quarantine_id, queued_at
    from ops.dead_letter
    order by queued_at, quarantine_id
    limit $1
),
record as (
    select
        quarantine.quarantine_id,
        quarantine.rule,
        quarantine.reason,
        quarantine.retry_of,
        topic.topic,
        quarantine.partition,
        quarantine.kafka_offset,
        record.payload,
        sum(octet_length(record.payload)) over earlier as earlier_bytes
    from letter
    join ops.quarantine as quarantine using (quarantine_id)
    join ops.kafka_topic as topic using (topic_id)
    join bronze.kafka_record as record using (received_on, topic_id, partition, kafka_offset)
    window earlier as (
        order by letter.queued_at, quarantine.quarantine_id
        rows between unbounded preceding and 1 preceding
    )
)
select quarantine_id, rule, reason, retry_of, topic, partition, kafka_offset, payload
from record
where coalesce(earlier_bytes, 0) < $2
