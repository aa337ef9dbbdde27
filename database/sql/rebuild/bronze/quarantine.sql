-- Refused records: one that was refused before keeps all but what refuses it. Lines of files stay as they are.
insert into pg_temp.quarantine (
    quarantine_id, topic_id, partition, kafka_offset, received_on, rule, field, reason, attempts, state, quarantined_at,
    retry_of
)
select
    refused.quarantine_id,
    refused.topic_id,
    refused.partition,
    refused.kafka_offset,
    refused.received_on,
    coalesce(refused.rule, stored.rule),
    case when refused.rule is null then stored.field else refused.field end,
    coalesce(refused.reason, stored.reason),
    coalesce(stored.attempts, 1),
    coalesce(stored.state, 'open'),
    coalesce(stored.quarantined_at, now()),
    stored.retry_of
from pg_temp.refused as refused
left join ops.quarantine as stored using (topic_id, partition, kafka_offset);
insert into pg_temp.quarantine
select * from ops.quarantine where file_id is not null;
