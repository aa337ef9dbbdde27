-- Refused records that name a patient: their outcome is that they are erased. One that repeated such a letter and names
-- somebody else is a letter of its own from then on.
with
released as (
    delete from ops.quarantine as quarantine
    using unnest($2::smallint[], $3::integer[], $4::bigint[]) as named (topic_id, partition, kafka_offset)
    where quarantine.topic_id = named.topic_id
        and quarantine.partition = named.partition
        and quarantine.kafka_offset = named.kafka_offset
    returning quarantine.quarantine_id, quarantine.topic_id, quarantine.partition, quarantine.kafka_offset
),
orphaned as (
    update ops.quarantine
    set state = 'open', retry_of = null
    where retry_of in (select quarantine_id from released)
        and quarantine_id not in (select quarantine_id from released)
)
insert into ops.erased_record (topic_id, partition, kafka_offset, patient_pseudonym)
select topic_id, partition, kafka_offset, $1
from released
