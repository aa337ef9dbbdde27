-- What came, and what became of it, counted from the rows themselves. Grain: one row a partition of
-- a topic, also of one that only an outcome names.
with
input as (
    select topic_id, partition, 'bronze' as source, count(*) as records
    from bronze.kafka_record
    group by topic_id, partition
    union all
    select topic_id, partition, 'loaded', count(*) from silver.adt_record
    group by topic_id, partition
    union all
    select topic_id, partition, 'loaded', count(*) from silver.staff_statement
    where topic_id is not null
    group by topic_id, partition
    union all
    select topic_id, partition, 'loaded', count(*) from silver.department_statement
    where topic_id is not null
    group by topic_id, partition
    union all
    select topic_id, partition, 'duplicate', count(*) from ops.duplicate
    group by topic_id, partition
    union all
    select topic_id, partition, 'quarantined', count(*) from ops.quarantine where file_id is null
    group by topic_id, partition
    union all
    select topic_id, partition, 'erased', count(*) from ops.erased_record
    group by topic_id, partition
    union all
    select topic.topic_id, progress.partition, 'read', progress.next_offset - progress.first_offset
    from ops.kafka_offset as progress
    join ops.kafka_topic as topic using (cluster_id, topic)
    union all
    -- Offsets without a record are no records that were read.
    select topic_id, partition, 'read', sum(first_offset - next_offset) from ops.offset_hole
    group by topic_id, partition
)
select
    coalesce(topic.topic, 'topic ' || input.topic_id) as topic,
    input.partition,
    coalesce(sum(input.records) filter (where input.source = 'read'), 0)::bigint as read,
    coalesce(sum(input.records) filter (where input.source = 'bronze'), 0)::bigint as bronze,
    coalesce(sum(input.records) filter (where input.source = 'loaded'), 0)::bigint as loaded,
    coalesce(sum(input.records) filter (where input.source = 'duplicate'), 0)::bigint as duplicate,
    coalesce(sum(input.records) filter (where input.source = 'quarantined'), 0)::bigint
        as quarantined,
    coalesce(sum(input.records) filter (where input.source = 'erased'), 0)::bigint as erased,
    input.topic_id,
    topic.cluster_id,
    progress.first_offset,
    progress.next_offset
from input
left join ops.kafka_topic as topic using (topic_id)
left join ops.kafka_offset as progress
    on progress.cluster_id = topic.cluster_id
    and progress.topic = topic.topic
    and progress.partition = input.partition
group by
    topic.cluster_id, topic.topic, input.topic_id, input.partition, progress.first_offset,
    progress.next_offset
order by topic.topic collate "C", input.topic_id, input.partition
