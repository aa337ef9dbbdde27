-- A hole says that the log held no record at its offsets; what bronze holds there came from
-- somewhere. Holes of a partition do not overlap, so the one that ends last of those that begin at or
-- before a record is the one it may lie in.
with
placed as (
    select topic_id, partition, kafka_offset, null::bigint as next_offset from bronze.kafka_record
    union all
    select topic_id, partition, first_offset, next_offset from ops.offset_hole
),
covered as (
    select
        *,
        max(next_offset) over (
            partition by topic_id, partition order by kafka_offset
        ) as hole_next_offset
    from placed
)
select
    format(
        'record in a hole: topic %s partition %s offset %s, without a record are offsets up to before %s',
        topic_id, partition, kafka_offset, hole_next_offset
    ) as what
from covered
where next_offset is null and kafka_offset < hole_next_offset
