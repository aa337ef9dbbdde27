-- Every input ends in exactly one outcome. A record in bronze without one was dropped, or its row of
-- silver was deleted.
with
-- include concept/outcome.sql
without_outcome as (
    select *
    from kafka_record
    where bronze_rows > 0 and loaded + duplicate + quarantined + erased = 0
)
select
    format(
        'record without outcome: topic %s partition %s offset %s is in bronze, but neither in silver '
        'nor a duplicate nor in quarantine nor erased (a deleted silver row?)',
        topic_id, partition, kafka_offset
    ) as what
from without_outcome
