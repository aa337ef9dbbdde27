-- Takes a patient's records from silver, and from the deliveries that repeat them: their outcome is
-- that they are erased.
with
loaded as (
    delete from silver.adt_record
    where patient_pseudonym = $1
    returning topic_id, partition, kafka_offset
),
repeated as (
    delete from ops.duplicate
    where patient_pseudonym = $1
    returning topic_id, partition, kafka_offset
)
insert into ops.erased_record (topic_id, partition, kafka_offset, patient_pseudonym)
select topic_id, partition, kafka_offset, $1 from loaded
union all
select topic_id, partition, kafka_offset, $1 from repeated
