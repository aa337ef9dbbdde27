-- Outcomes refer to bronze by coordinates, and a record in quarantine is found again by its day too.
with
-- include concept/outcome.sql
without_bronze as (
    select * from kafka_record where bronze_rows = 0
),
on_another_day as (
    select quarantine.topic_id, quarantine.partition, quarantine.kafka_offset, quarantine.received_on
    from ops.quarantine as quarantine
    join bronze.kafka_record as record using (topic_id, partition, kafka_offset)
    where record.received_on <> quarantine.received_on
)
select
    format(
        'missing bronze row: topic %s partition %s offset %s %s, but bronze does not hold it',
        topic_id,
        partition,
        kafka_offset,
        case
            when loaded > 0 then 'is in silver'
            when duplicate > 0 then 'is a duplicate'
            when erased > 0 then 'is erased'
            else 'is in quarantine'
        end
    ) as what
from without_bronze
union all
select
    format(
        'wrong day: topic %s partition %s offset %s is in quarantine as received on %s, bronze has another day',
        topic_id, partition, kafka_offset, received_on
    )
from on_another_day
