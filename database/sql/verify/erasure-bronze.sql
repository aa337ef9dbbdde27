-- Of a record of an erased patient bronze has the coordinates alone.
select
    format(
        'erased record that is still in bronze: topic %s partition %s offset %s has its %s',
        topic_id, partition, kafka_offset,
        case when payload is not null then 'value' when key is not null then 'key' else 'headers or schema' end
    ) as what
from ops.erased_record
join bronze.kafka_record as record using (topic_id, partition, kafka_offset)
where num_nonnulls(record.key, record.payload, record.headers, record.schema_id) > 0
