-- A delivery may be set aside as a duplicate only if silver holds what it repeats.
with
orphan as (
    select duplicate.topic_id, duplicate.partition, duplicate.kafka_offset, duplicate.event_id
    from ops.duplicate as duplicate
    left join silver.adt_record as record using (patient_pseudonym, event_id, content_hash)
    where record.patient_pseudonym is null
        and (
            duplicate.patient_pseudonym is not null
            or not exists (
                select from silver.staff_statement as stated
                where stated.statement_id = duplicate.event_id and stated.content_hash = duplicate.content_hash
            )
            and not exists (
                select from silver.department_statement as stated
                where stated.statement_id = duplicate.event_id and stated.content_hash = duplicate.content_hash
            )
        )
)
select
    format(
        'duplicate of nothing: topic %s partition %s offset %s repeats event %s, which silver does not '
        'hold with that content (a deleted silver row?)',
        topic_id, partition, kafka_offset, event_id
    ) as what
from orphan
