-- The primary key holds the day too, since partitions are by day: one record under two days would
-- pass it.
with
-- include concept/outcome.sql
twice as (
    select * from kafka_record where bronze_rows > 1
)
select
    format(
        'bronze row twice: topic %s partition %s offset %s under %s days',
        topic_id, partition, kafka_offset, bronze_rows
    ) as what
from twice
