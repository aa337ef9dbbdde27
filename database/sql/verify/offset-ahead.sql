-- An offset must not point beyond the last record that was loaded: the next start would skip what
-- lies between. Where an outcome names a record after the last of bronze, it is bronze that lacks
-- something (bronze-missing).
with
-- include concept/coordinate.sql
ahead as (
    select
        partition_read.*,
        last_named.kafka_offset as last_offset,
        partition_read.next_offset
            - coalesce(last_named.kafka_offset + 1, partition_read.first_offset) as records_ahead
    from partition_read
    left join last_named using (topic_id, partition)
)
select
    format(
        'offset moved ahead: %s partition %s is at %s, which is %s beyond the last record in bronze (%s)',
        topic, partition, next_offset, records_ahead, coalesce('offset ' || last_offset, 'none at all')
    ) as what
from ahead
where records_ahead > 0
