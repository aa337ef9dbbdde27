-- A record at or after the offset to read next, or before the first, was written outside of the
-- transaction that moves the offset: it would be loaded again.
with
partition_read as (
    select
        topic.topic_id,
        progress.partition,
        progress.first_offset,
        progress.next_offset
    from ops.kafka_offset as progress
    join ops.kafka_topic as topic using (cluster_id, topic)
)
select
    format(
        'bronze row outside of what was read: topic %s partition %s offset %s, read is %s',
        record.topic_id,
        record.partition,
        record.kafka_offset,
        case
            when partition_read.topic_id is null then 'nothing'
            else format('%s up to before %s', partition_read.first_offset, partition_read.next_offset)
        end
    ) as what
from bronze.kafka_record as record
left join partition_read using (topic_id, partition)
where
    partition_read.topic_id is null
    or record.kafka_offset < partition_read.first_offset
    or record.kafka_offset >= partition_read.next_offset
