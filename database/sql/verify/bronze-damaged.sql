-- A record lies on the day on which it came, and has the value that its outcome was made of.
select
    format(
        'damaged bronze row: topic %s partition %s offset %s: %s',
        topic_id, partition, kafka_offset,
        case
            when payload is null then 'its schema is known and its value is gone'
            else format('it lies on %s and came at %s', received_on, received_at)
        end
    ) as what
from bronze.kafka_record
where
    (payload is null and schema_id is not null)
    or received_on <> (received_at at time zone 'UTC')::date
