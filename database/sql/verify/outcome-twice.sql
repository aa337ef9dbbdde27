-- Every input ends in exactly one outcome.
with
-- include concept/outcome.sql
twice as (
    select * from kafka_record where loaded + duplicate + quarantined + erased > 1
)
select
    format(
        'record with several outcomes: topic %s partition %s offset %s: %s in silver, %s duplicate, '
        '%s in quarantine, %s erased',
        topic_id, partition, kafka_offset, loaded, duplicate, quarantined, erased
    ) as what
from twice
