-- From the first offset that was to be read to the last that was, each is a row of bronze or in a
-- hole that was noted: nothing that was read may be lost. One violation is one run of offsets. The
-- end of what was read is the last record that bronze or an outcome names; an offset beyond that is
-- offset-ahead's.
with
-- include concept/coordinate.sql
bound as (
    select
        partition_read.topic_id,
        partition_read.topic,
        partition_read.partition,
        partition_read.first_offset,
        least(partition_read.next_offset, last_named.kafka_offset + 1) as end_offset
    from partition_read
    join last_named using (topic_id, partition)
),
accounted as (
    select bound.topic_id, bound.topic, bound.partition, record.kafka_offset as first_offset,
        record.kafka_offset + 1 as next_offset
    from bronze.kafka_record as record
    join bound using (topic_id, partition)
    where record.kafka_offset >= bound.first_offset and record.kafka_offset < bound.end_offset
    union all
    select bound.topic_id, bound.topic, bound.partition, hole.first_offset, hole.next_offset
    from ops.offset_hole as hole
    join bound using (topic_id, partition)
    where hole.first_offset >= bound.first_offset and hole.next_offset <= bound.end_offset
    union all
    select topic_id, topic, partition, first_offset, first_offset from bound
    union all
    select topic_id, topic, partition, end_offset, end_offset from bound
),
missing as (
    select
        topic,
        partition,
        next_offset as first_missing,
        lead(first_offset) over (
            partition by topic_id, partition order by first_offset, next_offset
        ) - 1 as last_missing
    from accounted
)
select
    case
        when first_missing = last_missing
            then format('missing bronze row: %s partition %s offset %s', topic, partition, first_missing)
        else format(
            'missing bronze rows: %s partition %s offsets %s to %s',
            topic, partition, first_missing, last_missing
        )
    end as what
from missing
where first_missing <= last_missing
