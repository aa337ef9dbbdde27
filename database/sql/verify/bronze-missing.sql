-- Offsets of bronze must be without a hole from the first offset that was to be read to the last
-- that was: nothing that was read may be lost. One violation is one hole. The end of what was read
-- is the last record that bronze or an outcome names; an offset beyond that is offset-ahead's.
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
position as (
    select bound.topic_id, bound.topic, bound.partition, record.kafka_offset
    from bronze.kafka_record as record
    join bound using (topic_id, partition)
    where record.kafka_offset >= bound.first_offset and record.kafka_offset < bound.end_offset
    union all
    select topic_id, topic, partition, first_offset - 1 from bound
    union all
    select topic_id, topic, partition, end_offset from bound
),
hole as (
    select
        topic,
        partition,
        kafka_offset + 1 as first_missing,
        lead(kafka_offset) over (partition by topic_id, partition order by kafka_offset) - 1
            as last_missing
    from position
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
from hole
where first_missing <= last_missing
