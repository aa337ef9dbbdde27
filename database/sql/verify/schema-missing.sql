-- Bronze must stay readable without the registry, so the schema of every record that could be
-- decoded is kept. Of an erased patient's record there is nothing to read.
with
unreadable as (
    select record.topic_id, record.partition, record.kafka_offset, record.schema_id
    from bronze.kafka_record as record
    left join ops.schema as kept using (schema_id)
    left join ops.erased_record as erased using (topic_id, partition, kafka_offset)
    where kept.schema_id is null and erased.patient_pseudonym is null
)
select
    format(
        'missing schema: topic %s partition %s offset %s was loaded by schema %s, which ops.schema does not hold',
        unreadable.topic_id,
        unreadable.partition,
        unreadable.kafka_offset,
        coalesce(unreadable.schema_id::text, 'NULL')
    ) as what
from unreadable
left join ops.quarantine as quarantine
    on quarantine.topic_id = unreadable.topic_id
    and quarantine.partition = unreadable.partition
    and quarantine.kafka_offset = unreadable.kafka_offset
    -- What could not be decoded at all.
    and quarantine.rule in ('ADT-001', 'STA-001', 'DEP-001')
where quarantine.quarantine_id is null
