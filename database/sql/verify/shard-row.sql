-- One shard a partition of the topics that hold patients: a patient whose shard has no row would have
-- several writers at once.
with
expected_shard as (
    select distinct generate_series(0, partitions - 1) as shard
    from ops.kafka_topic
    where holds_patients
    union
    -- Where files came before any topic, the shards are those that the topic will have.
    select generate_series(0, (select max(shard) from ops.shard))
    where not exists (select from ops.kafka_topic where holds_patients)
)
select
    case
        when shard.shard is null then format('missing shard: %s', expected_shard.shard)
        else format('shard too many: %s', shard.shard)
    end as what
from expected_shard
full join ops.shard as shard using (shard)
where expected_shard.shard is null or shard.shard is null
union all
select format('%s topics differ in their number of partitions', count(*))
from ops.kafka_topic
where holds_patients
having count(distinct partitions) > 1
