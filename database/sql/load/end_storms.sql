-- Storms that were let on and are over: the next one of the same rule holds the partition again.
update ops.storm as storm
set ended_at = greatest($4, storm.accepted_at)
from unnest($2::integer[], $3::text[]) as calm (partition, rule)
where storm.topic_id = $1
    and storm.partition = calm.partition
    and storm.rule = calm.rule
    and storm.accepted_at is not null
    and storm.ended_at is null
