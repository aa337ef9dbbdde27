-- All Kafka records as they came, and what the books say of those that are no longer looked at as the others are. Grain:
-- one row a record.
select
    record.topic_id,
    record.partition,
    record.kafka_offset,
    record.received_on,
    record.received_at,
    record.schema_id,
    record.key,
    record.payload,
    record.headers,
    quarantine.rule as refused_by,
    -- Somebody discarded the letter, or sent it again until it was loaded.
    coalesce(
        quarantine.state = 'loaded' or quarantine.state = 'discarded' and quarantine.retry_of is null, false
    ) as is_decided,
    erased.topic_id is not null as is_erased
from bronze.kafka_record as record
left join ops.quarantine as quarantine using (topic_id, partition, kafka_offset)
left join ops.erased_record as erased using (topic_id, partition, kafka_offset)
