-- Letters that are looked for, the oldest first; every parameter but the last may be NULL, which asks nothing.
-- Grain: one row a refused Kafka record. One that repeats a letter is part of that, and says why it is refused now.
select
    letter.quarantine_id,
    coalesce(newest.rule, letter.rule) as rule,
    case when newest.rule is null then letter.field else newest.field end as field,
    letter.field as own_field,
    coalesce(newest.reason, letter.reason) as reason,
    letter.attempts,
    letter.state,
    letter.quarantined_at,
    topic.cluster_id,
    topic.topic,
    letter.partition,
    letter.kafka_offset
from ops.quarantine as letter
join ops.kafka_topic as topic using (topic_id)
join bronze.kafka_record as record using (received_on, topic_id, partition, kafka_offset)
left join lateral (
    select repeated.rule, repeated.field, repeated.reason
    from ops.quarantine as repeated
    where repeated.retry_of = letter.quarantine_id
    order by repeated.quarantined_at desc, repeated.kafka_offset desc
    limit 1
) as newest on true
where letter.retry_of is null
    and ($1::uuid[] is null or letter.quarantine_id = any($1))
    and ($2::text is null or coalesce(newest.rule, letter.rule) = $2)
    and ($3::text is null or letter.state = $3)
    and ($4::timestamptz is null or letter.quarantined_at >= $4)
    and ($5::timestamptz is null or letter.quarantined_at < $5)
    -- Keys of events begin with the hospital's code, and so do those of departments.
    and ($6::bytea is null or substring(record.key from 1 for length($6)) = $6)
order by letter.quarantined_at, letter.quarantine_id
limit $7
