-- Compare-and-swap: moves the partitions that stand where this lane left them and that no storm holds, and no
-- other. Tells the version of the reference data as it is now that the shards are locked.
update ops.kafka_offset as stored
set next_offset = swap.next
from unnest($3::integer[], $4::bigint[], $5::bigint[]) as swap (partition, expected, next)
where stored.cluster_id = $1
    and stored.topic = $2
    and stored.partition = swap.partition
    and stored.next_offset = swap.expected
    -- In another epoch the offset means another record.
    and (select epoch from ops.simulation) = $6
    and not exists (
        select from ops.storm as storm
        where storm.topic_id = $7 and storm.partition = swap.partition and storm.accepted_at is null
    )
returning (select version from ops.reference) as reference_version
