-- Records of bronze by their coordinates, and what became of those that are not in silver. The days are walked,
-- so that each partition of bronze is probed by its key. Grain: one row a delivery.
with recursive day as (
    select min(received_on) as received_on
    from bronze.kafka_record
    union all
    select (select min(record.received_on) from bronze.kafka_record as record where record.received_on > day.received_on)
    from day
    where day.received_on is not null
)
select
    topic.topic, topic_id, partition, kafka_offset, record.received_at, record.schema_id,
    length(record.payload)::bigint as bytes,
    case
        when record.headers[3] = 'wardflow.ordinal'::bytea and length(record.headers[4]) between 1 and 18
            and encode(record.headers[4], 'escape') ~ '^[0-9]+$'
            then encode(record.headers[4], 'escape')::bigint
    end as ordinal,
    duplicate.content_hash as repeats, erased.topic_id is not null as is_erased,
    quarantine.rule, quarantine.field, quarantine.reason, quarantine.state, quarantine.attempts
from unnest($1::smallint[], $2::integer[], $3::bigint[]) as wanted (topic_id, partition, kafka_offset)
cross join day
join bronze.kafka_record as record using (received_on, topic_id, partition, kafka_offset)
join ops.kafka_topic as topic using (topic_id)
left join ops.duplicate as duplicate using (topic_id, partition, kafka_offset)
left join ops.erased_record as erased using (topic_id, partition, kafka_offset)
left join ops.quarantine as quarantine using (topic_id, partition, kafka_offset)
order by record.received_at, topic.topic, partition, kafka_offset
